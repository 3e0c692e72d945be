import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { usePagedQuery } from '@/composables/usePagedQuery'
import { client, unwrap } from '../client'
import type { ListingState } from '../types'

export type ListingSort = 'fair' | 'newest' | 'price_asc' | 'price_desc'

export interface ListingFilter {
  q?: string
  village?: string
  category?: string
  household?: string
  price_min_fen?: number
  price_max_fen?: number
  in_season?: boolean
  pre_order?: boolean
  live_now?: boolean
  in_stock?: boolean
  sort?: ListingSort
  limit?: number
}

export const listingKeys = {
  all: ['listings'] as const,
  search: (filter: ListingFilter) => ['listings', 'search', filter] as const,
  facets: (filter: ListingFilter) => ['listings', 'facets', filter] as const,
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

/** How many there are of what. */
export function useListingFacets(filter: MaybeRefOrGetter<ListingFilter>) {
  return useQuery({
    queryKey: computed(() => listingKeys.facets(toValue(filter))),
    queryFn: () =>
      unwrap(client.GET('/api/v1/listings/facets', { params: { query: toValue(filter) } })),
    placeholderData: keepPreviousData,
  })
}

export function useListing(id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => listingKeys.detail(toValue(id))),
    queryFn: () =>
      unwrap(client.GET('/api/v1/listings/{id}', { params: { path: { id: toValue(id) } } })),
  })
}
