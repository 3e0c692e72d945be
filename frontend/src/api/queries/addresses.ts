import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useHelpingStore } from '@/stores/helping'
import { client, unwrap } from '../client'
import type { SavedAddressInput } from '../types'

export const addressKeys = { list: (of: string) => ['addresses', of] as const }

/** One's own address book, or that of the elder for whom one buys. */
export function useAddresses() {
  const helping = useHelpingStore()
  return useQuery({
    queryKey: computed(() => addressKeys.list(helping.elder?.id ?? 'own')),
    queryFn: async () => (await unwrap(client.GET('/api/v1/me/addresses'))).data,
  })
}

export function useAddAddress() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: (body: SavedAddressInput) => unwrap(client.POST('/api/v1/me/addresses', { body })),
    onSuccess: refresh,
  })
}

export function useReplaceAddress() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: ({ id, ...body }: SavedAddressInput & { id: string }) =>
      unwrap(client.PUT('/api/v1/me/addresses/{id}', { params: { path: { id } }, body })),
    onSuccess: refresh,
  })
}

export function useRemoveAddress() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: (id: string) =>
      unwrap(client.DELETE('/api/v1/me/addresses/{id}', { params: { path: { id } } })),
    onSuccess: refresh,
  })
}

/** A pasted line, taken apart; it goes into no cache. */
export function useParseAddress() {
  return useMutation({
    mutationFn: (text: string) =>
      unwrap(client.POST('/api/v1/addresses/parse', { body: { text } })),
    gcTime: 0,
  })
}

function useRefresh() {
  const queries = useQueryClient()
  return () => queries.invalidateQueries({ queryKey: ['addresses'] })
}
