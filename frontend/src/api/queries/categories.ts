import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { type MaybeRefOrGetter, toValue } from 'vue'
import { client, unwrap } from '../client'
import type { HouseholdCategoryInput } from '../types'
import { peopleKeys } from './people'

/** Why a household is looked after, kept by the caller alone: it goes into no cache. */
export function useUnmaskCategories(householdId: MaybeRefOrGetter<string>) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (reason: string) =>
      unwrap(
        client.POST('/api/v1/households/{id}/categories/unmask', {
          params: { path: { id: toValue(householdId) } },
          body: { reason },
        }),
      ),
    onSuccess: () =>
      void queries.invalidateQueries({ queryKey: peopleKeys.accesses(toValue(householdId)) }),
    gcTime: 0,
  })
}

export function useAddCategory(householdId: MaybeRefOrGetter<string>) {
  return useMutation({
    mutationFn: (body: HouseholdCategoryInput) =>
      unwrap(
        client.POST('/api/v1/households/{id}/categories', {
          params: { path: { id: toValue(householdId) } },
          body,
        }),
      ),
    gcTime: 0,
  })
}

export function useRemoveCategory(householdId: MaybeRefOrGetter<string>) {
  return useMutation({
    mutationFn: (categoryId: string) =>
      unwrap(
        client.DELETE('/api/v1/households/{id}/categories/{category_id}', {
          params: { path: { id: toValue(householdId), category_id: categoryId } },
        }),
      ),
  })
}
