import { useQuery } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { usePagedQuery } from '@/composables/usePagedQuery'
import { client, unwrap } from '../client'
import type { ListingState } from '../types'

export type ListingSort = 'newest' | 'price_asc' | 'price_desc'

export interface ListingFilter {
  q?: string
  village?: string
  category?: string
  household?: string
  sort?: ListingSort
  limit?: number
}

export const listingKeys = {
  all: ['listings'] as const,
  search: (filter: ListingFilter) => ['listings', 'search', filter] as const,
  detail: (id: string) => ['listings', 'detail', id] as const,
  desk: (state: ListingState | undefined) => ['listings', 'desk', state ?? 'all'] as const,
  waiting: ['listings', 'waiting'] as const,
  versions: (id: string) => ['listings', 'versions', id] as const,
}

/** Live listings, as any visitor sees them. */
export function useListingSearch(filter: MaybeRefOrGetter<ListingFilter>) {
  return usePagedQuery(
    () => listingKeys.search(toValue(filter)),
    (cursor) =>
      unwrap(client.GET('/api/v1/listings', { params: { query: { ...toValue(filter), cursor } } })),
  )
}

export function useListing(id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => listingKeys.detail(toValue(id))),
    queryFn: () =>
      unwrap(client.GET('/api/v1/listings/{id}', { params: { path: { id: toValue(id) } } })),
  })
}
