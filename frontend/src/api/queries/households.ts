import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { usePagedQuery } from '@/composables/usePagedQuery'
import { client, unwrap } from '../client'
import type { HouseholdInput } from '../types'

export const householdKeys = {
  all: ['households'] as const,
  list: ['households', 'list'] as const,
  detail: (id: string) => ['households', 'detail', id] as const,
}

/** The households of the caller's scope. */
export function useHouseholds(limit = 20) {
  return usePagedQuery(householdKeys.list, (cursor) =>
    unwrap(client.GET('/api/v1/households', { params: { query: { limit, cursor } } })),
  )
}

export function useHousehold(
  id: MaybeRefOrGetter<string>,
  enabled: MaybeRefOrGetter<boolean> = true,
) {
  return useQuery({
    queryKey: computed(() => householdKeys.detail(toValue(id))),
    queryFn: () =>
      unwrap(client.GET('/api/v1/households/{id}', { params: { path: { id: toValue(id) } } })),
    enabled: computed(() => toValue(enabled)),
  })
}

export function useCreateHousehold() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: HouseholdInput) => unwrap(client.POST('/api/v1/households', { body })),
    onSuccess: () => void queries.invalidateQueries({ queryKey: householdKeys.all }),
  })
}
