import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { usePagedQuery } from '@/composables/usePagedQuery'
import { client, unwrap } from '../client'
import { attemptKey, finishAttempt } from '../idempotency'
import type { Listing, ListingInput, ListingPatch, ListingState } from '../types'

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

export type ListingVerb = 'submit' | 'approve' | 'pause' | 'resume' | 'close'

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

/** What waits for an approver: new listings, and new words or prices of those on sale. */
export function useWaitingListings() {
  return usePagedQuery(
    () => listingKeys.waiting,
    (cursor) =>
      unwrap(client.GET('/api/v1/desk/listings', { params: { query: { waiting: true, cursor } } })),
  )
}

/** Every version of a listing, newest first, each with what is new in it. */
export function useListingVersions(id: MaybeRefOrGetter<string>) {
  return usePagedQuery(
    () => listingKeys.versions(toValue(id)),
    (cursor) =>
      unwrap(
        client.GET('/api/v1/listings/{id}/versions', {
          params: { path: { id: toValue(id) }, query: { cursor } },
        }),
      ),
  )
}

export function useEditListing() {
  const refresh = useListingRefresh()
  return useMutation({
    mutationFn: ({ id, body }: { id: string; body: ListingPatch }) =>
      unwrap(client.PATCH('/api/v1/listings/{id}', { params: { path: { id } }, body })),
    onSuccess: refresh,
  })
}

/** A draft for another household with what a published listing says. */
export function useCopyListing() {
  const refresh = useListingRefresh()
  return useMutation({
    mutationFn: ({ id, householdId }: { id: string; householdId: string }) => {
      const body = { household_id: householdId }
      const header = { 'Idempotency-Key': attemptKey(`copy.${id}`, body) }
      return unwrap(
        client.POST('/api/v1/listings/{id}/copy', { params: { path: { id }, header }, body }),
      )
    },
    onSuccess(listing, { id }) {
      finishAttempt(`copy.${id}`)
      refresh(listing)
    },
  })
}

export function useCreateListing() {
  const refresh = useListingRefresh()
  return useMutation({
    mutationFn: (body: ListingInput) => {
      const header = { 'Idempotency-Key': attemptKey('listing', body) }
      return unwrap(client.POST('/api/v1/listings', { params: { header }, body }))
    },
    onSuccess(listing) {
      finishAttempt('listing')
      refresh(listing)
    },
  })
}

export function useListingVerb() {
  const refresh = useListingRefresh()
  return useMutation({
    /** `version` is the one that an approver has read. */
    mutationFn: ({ id, verb, version }: { id: string; verb: ListingVerb; version?: number }) => {
      const params = { path: { id } }
      return unwrap(
        verb === 'approve'
          ? client.POST('/api/v1/listings/{id}/approve', {
              params,
              body: { version: version ?? null, reason: null },
            })
          : client.POST(`/api/v1/listings/{id}/${verb}`, { params }),
      )
    },
    onSuccess: refresh,
  })
}

/** Lets a listing through whose price asks for a reason. */
export function useApproveWithReason() {
  const refresh = useListingRefresh()
  return useMutation({
    mutationFn: ({ id, ...body }: { id: string; reason: string; version: number }) =>
      unwrap(client.POST('/api/v1/listings/{id}/approve', { params: { path: { id } }, body })),
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
    mutationFn: ({ id, ...body }: { id: string; reason: string; version: number }) =>
      unwrap(client.POST('/api/v1/listings/{id}/reject', { params: { path: { id } }, body })),
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
