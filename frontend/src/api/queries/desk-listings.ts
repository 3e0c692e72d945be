import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { type MaybeRefOrGetter, toValue } from 'vue'
import { usePagedQuery } from '@/composables/usePagedQuery'
import { client, unwrap } from '../client'
import { attemptKey, finishAttempt } from '../idempotency'
import type { Listing, ListingState } from '../types'
import { listingKeys } from './listings'

export type ListingVerb = 'submit' | 'approve' | 'pause' | 'resume' | 'close'

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
