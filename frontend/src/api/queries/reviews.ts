import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, ref, toValue } from 'vue'
import { usePagedQuery } from '@/composables/usePagedQuery'
import { client, unwrap } from '../client'
import type { ReviewInput } from '../types'

const reviewKeys = {
  all: ['reviews'] as const,
  ofOrder: (id: string) => ['reviews', 'order', id] as const,
  ofListing: (id: string) => ['reviews', 'listing', id] as const,
  scope: ['reviews', 'scope'] as const,
}

/** What the buyer said of an order, and what of it can still be reviewed. */
export function useOrderReviews(id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => reviewKeys.ofOrder(toValue(id))),
    queryFn: () =>
      unwrap(client.GET('/api/v1/orders/{id}/reviews', { params: { path: { id: toValue(id) } } })),
  })
}

/** What buyers said of a good, with how many they are and the sum of their stars. */
export function useListingReviews(id: MaybeRefOrGetter<string>) {
  const totals = ref({ count: 0, sum: 0 })
  const paged = usePagedQuery(
    () => reviewKeys.ofListing(toValue(id)),
    async (cursor) => {
      const page = await unwrap(
        client.GET('/api/v1/listings/{id}/reviews', {
          params: { path: { id: toValue(id) }, query: { limit: 10, cursor } },
        }),
      )
      totals.value = { count: page.count, sum: page.sum_stars }
      return page
    },
  )
  return { ...paged, totals }
}

/** Those of the villages entrusted to one. */
export function useReviews() {
  return usePagedQuery(
    () => reviewKeys.scope,
    (cursor) => unwrap(client.GET('/api/v1/reviews', { params: { query: { cursor } } })),
  )
}

export function useWriteReview() {
  const refresh = useReviewRefresh()
  return useMutation({
    mutationFn: ({ id, ...body }: ReviewInput & { id: string }) =>
      unwrap(client.POST('/api/v1/orders/{id}/reviews', { params: { path: { id } }, body })),
    onSuccess: refresh,
  })
}

export function useReplyReview() {
  const refresh = useReviewRefresh()
  return useMutation({
    mutationFn: ({ id, words }: { id: string; words: string }) =>
      unwrap(
        client.POST('/api/v1/reviews/{id}/reply', { params: { path: { id } }, body: { words } }),
      ),
    onSuccess: refresh,
  })
}

export function useRemoveReview() {
  const refresh = useReviewRefresh()
  return useMutation({
    mutationFn: ({ id, reason }: { id: string; reason: string }) =>
      unwrap(
        client.POST('/api/v1/reviews/{id}/remove', { params: { path: { id } }, body: { reason } }),
      ),
    onSuccess: refresh,
  })
}

function useReviewRefresh() {
  const queries = useQueryClient()
  return () => void queries.invalidateQueries({ queryKey: reviewKeys.all })
}
