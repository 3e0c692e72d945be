import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { usePagedQuery } from '@/composables/usePagedQuery'
import { client, unwrap } from '../client'
import type { CycleInput } from '../types'

export const cycleKeys = {
  all: ['cycles'] as const,
  list: (filter: CycleFilter) => ['cycles', 'list', filter] as const,
  announcement: (id: string) => ['cycles', 'announcement', id] as const,
}

export interface CycleFilter {
  village?: string
  listing?: string
}

/** Cycles of a place or of a listing, the last to open first. */
export function useCycles(filter: MaybeRefOrGetter<CycleFilter>) {
  return usePagedQuery(
    () => cycleKeys.list(toValue(filter)),
    (cursor) =>
      unwrap(client.GET('/api/v1/cycles', { params: { query: { ...toValue(filter), cursor } } })),
  )
}

/** What the loudspeaker says; fetched once it is asked for. */
export function useAnnouncement(id: MaybeRefOrGetter<string>, enabled: MaybeRefOrGetter<boolean>) {
  return useQuery({
    queryKey: computed(() => cycleKeys.announcement(toValue(id))),
    queryFn: () =>
      unwrap(
        client.GET('/api/v1/cycles/{id}/announcement', { params: { path: { id: toValue(id) } } }),
      ),
    enabled: () => toValue(enabled),
  })
}

export function useCreateCycle() {
  const refresh = useCycleRefresh()
  return useMutation({
    mutationFn: (body: CycleInput) => unwrap(client.POST('/api/v1/cycles', { body })),
    onSuccess: refresh,
  })
}

export function useAddCycleListing(id: MaybeRefOrGetter<string>) {
  const refresh = useCycleRefresh()
  return useMutation({
    mutationFn: (body: { listing_id: string; cap: number }) =>
      unwrap(
        client.POST('/api/v1/cycles/{id}/listings', {
          params: { path: { id: toValue(id) } },
          body,
        }),
      ),
    onSuccess: refresh,
  })
}

export function useCancelCycle(id: MaybeRefOrGetter<string>) {
  const refresh = useCycleRefresh()
  return useMutation({
    mutationFn: (reason: string) =>
      unwrap(
        client.POST('/api/v1/cycles/{id}/cancel', {
          params: { path: { id: toValue(id) } },
          body: { reason },
        }),
      ),
    onSuccess: refresh,
  })
}

function useCycleRefresh() {
  const queries = useQueryClient()
  return () => void queries.invalidateQueries({ queryKey: cycleKeys.all })
}
