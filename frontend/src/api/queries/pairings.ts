import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { usePagedQuery } from '@/composables/usePagedQuery'
import { client, unwrap } from '../client'
import type { PairingState } from '../types'

export type PairingVerb = 'accept' | 'decline' | 'end'
export type PairingView = 'own' | 'scope'

export const pairingKeys = {
  all: ['pairings'] as const,
  list: (view: PairingView, state: PairingState | undefined) =>
    ['pairings', 'list', view, state ?? 'all'] as const,
  detail: (id: string) => ['pairings', 'detail', id] as const,
}

export function usePairings(
  view: PairingView,
  state: MaybeRefOrGetter<PairingState | undefined>,
  limit = 20,
  enabled: MaybeRefOrGetter<boolean> = true,
) {
  return usePagedQuery(
    () => pairingKeys.list(view, toValue(state)),
    (cursor) =>
      unwrap(
        client.GET('/api/v1/pairings', {
          params: { query: { view, state: toValue(state), limit, cursor } },
        }),
      ),
    enabled,
  )
}

export function usePairing(id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => pairingKeys.detail(toValue(id))),
    queryFn: () =>
      unwrap(client.GET('/api/v1/pairings/{id}', { params: { path: { id: toValue(id) } } })),
  })
}

export function useRequestPairing() {
  const refresh = usePairingRefresh()
  return useMutation({
    mutationFn: (body: { household_id: string; message?: string }) =>
      unwrap(client.POST('/api/v1/pairings', { body })),
    onSuccess: refresh,
  })
}

export function usePairingVerb() {
  const refresh = usePairingRefresh()
  return useMutation({
    mutationFn: ({ id, verb, reason }: { id: string; verb: PairingVerb; reason?: string }) =>
      unwrap(
        client.POST(`/api/v1/pairings/{id}/${verb}`, {
          params: { path: { id } },
          body: { reason },
        }),
      ),
    onSuccess: refresh,
  })
}

function usePairingRefresh() {
  const queries = useQueryClient()
  return () => void queries.invalidateQueries({ queryKey: pairingKeys.all })
}
