import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { client, unwrap } from '../client'
import type { PaperInput } from '../types'

export const paperKeys = {
  all: ['papers'] as const,
  of: (listing: string) => ['papers', 'of', listing] as const,
  gates: (listing: string) => ['papers', 'gates', listing] as const,
}

/** The papers of a listing: those in force, and for its staff all of them. */
export function usePapers(listing: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => paperKeys.of(toValue(listing))),
    queryFn: () =>
      unwrap(
        client.GET('/api/v1/listings/{id}/papers', { params: { path: { id: toValue(listing) } } }),
      ),
  })
}

/** What is missing before a listing is published and before its goods leave. */
export function useGates(listing: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => paperKeys.gates(toValue(listing))),
    queryFn: () =>
      unwrap(
        client.GET('/api/v1/listings/{id}/gates', { params: { path: { id: toValue(listing) } } }),
      ),
  })
}

export function useAddPaper() {
  const refresh = usePaperRefresh()
  return useMutation({
    mutationFn: ({ listing, ...body }: PaperInput & { listing: string }) =>
      unwrap(
        client.POST('/api/v1/listings/{id}/papers', { params: { path: { id: listing } }, body }),
      ),
    onSuccess: refresh,
  })
}

export function useWithdrawPaper() {
  const refresh = usePaperRefresh()
  return useMutation({
    mutationFn: ({ id, reason }: { id: string; reason: string }) =>
      unwrap(
        client.POST('/api/v1/papers/{id}/withdraw', { params: { path: { id } }, body: { reason } }),
      ),
    onSuccess: refresh,
  })
}

function usePaperRefresh() {
  const queries = useQueryClient()
  return () => queries.invalidateQueries({ queryKey: paperKeys.all })
}
