import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { type MaybeRefOrGetter, toValue } from 'vue'
import { usePagedQuery } from '@/composables/usePagedQuery'
import { client, unwrap } from '../client'
import type { PayoutState } from '../types'

export type PayoutVerb = 'approve' | 'confirm'

export const payoutKeys = {
  all: ['payouts'] as const,
  list: (state: PayoutState | undefined) => ['payouts', 'list', state ?? 'all'] as const,
}

export function usePayouts(state: MaybeRefOrGetter<PayoutState | undefined>, limit = 20) {
  return usePagedQuery(
    () => payoutKeys.list(toValue(state)),
    (cursor) =>
      unwrap(
        client.GET('/api/v1/payouts', {
          params: { query: { state: toValue(state), limit, cursor } },
        }),
      ),
  )
}

export function usePayoutVerb() {
  const refresh = usePayoutRefresh()
  return useMutation({
    mutationFn: ({ id, verb }: { id: string; verb: PayoutVerb }) =>
      unwrap(client.POST(`/api/v1/payouts/{id}/${verb}`, { params: { path: { id } } })),
    onSuccess: refresh,
  })
}

export function useSendPayout() {
  const refresh = usePayoutRefresh()
  return useMutation({
    mutationFn: ({ id, ...body }: { id: string; bank_reference: string }) =>
      unwrap(client.POST('/api/v1/payouts/{id}/send', { params: { path: { id } }, body })),
    onSuccess: refresh,
  })
}

export function useBouncePayout() {
  const refresh = usePayoutRefresh()
  return useMutation({
    mutationFn: ({ id, ...body }: { id: string; reason: string }) =>
      unwrap(client.POST('/api/v1/payouts/{id}/bounce', { params: { path: { id } }, body })),
    onSuccess: refresh,
  })
}

function usePayoutRefresh() {
  const queries = useQueryClient()
  return () => void queries.invalidateQueries({ queryKey: payoutKeys.all })
}
