import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { usePagedQuery } from '@/composables/usePagedQuery'
import { client, unwrap } from '../client'
import type { Listing, ListingState } from '../types'

export type ListingSort = 'newest' | 'price_asc' | 'price_desc'

export interface ListingFilter {
  q?: string
  village?: string
  category?: string
  household?: string
  sort?: ListingSort
  limit?: number
}

export type ListingVerb = 'submit' | 'approve' | 'pause' | 'resume' | 'close'

export const listingKeys = {
  all: ['listings'] as const,
  search: (filter: ListingFilter) => ['listings', 'search', filter] as const,
  detail: (id: string) => ['listings', 'detail', id] as const,
  desk: (state: ListingState | undefined) => ['listings', 'desk', state ?? 'all'] as const,
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

/** Listings of the caller's scope, in any state. */
export function useDeskListings(state: MaybeRefOrGetter<ListingState | undefined>, limit = 20) {
  return usePagedQuery(
    () => listingKeys.desk(toValue(state)),
    (cursor) =>
      unwrap(
        client.GET('/api/v1/desk/listings', {
          params: { query: { state: toValue(state), limit, cursor } },
        }),
      ),
  )
}

export function useListingVerb() {
  const refresh = useListingRefresh()
  return useMutation({
    mutationFn: ({ id, verb }: { id: string; verb: ListingVerb }) =>
      unwrap(client.POST(`/api/v1/listings/{id}/${verb}`, { params: { path: { id } } })),
    onSuccess: refresh,
  })
}

/** Lets a listing through whose price asks for a reason. */
export function useApproveWithReason() {
  const refresh = useListingRefresh()
  return useMutation({
    mutationFn: ({ id, reason }: { id: string; reason: string }) =>
      unwrap(
        client.POST('/api/v1/listings/{id}/approve', {
          params: { path: { id } },
          body: { reason },
        }),
      ),
    onSuccess: refresh,
  })
}

export function useRejectListing() {
  const refresh = useListingRefresh()
  return useMutation({
    mutationFn: ({ id, reason }: { id: string; reason: string }) =>
      unwrap(
        client.POST('/api/v1/listings/{id}/reject', { params: { path: { id } }, body: { reason } }),
      ),
    onSuccess: refresh,
  })
}

function useListingRefresh() {
  const queries = useQueryClient()
  return (listing: Listing) => {
    queries.setQueryData(listingKeys.detail(listing.id), listing)
    void queries.invalidateQueries({ queryKey: listingKeys.all })
  }
}
