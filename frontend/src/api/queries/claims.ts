import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { usePagedQuery } from '@/composables/usePagedQuery'
import { client, unwrap } from '../client'
import { attemptKey, finishAttempt } from '../idempotency'
import { fileForm } from '../multipart'
import type { ClaimInput, ClaimRuling, ClaimState } from '../types'
import { orderKeys } from './orders'

const claimKeys = {
  all: ['claims'] as const,
  list: (state: ClaimState | undefined) => ['claims', 'list', state ?? 'all'] as const,
  ofOrder: (id: string) => ['claims', 'order', id] as const,
}

/** The claims on an order, and what of it can still be claimed. */
export function useOrderClaims(id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => claimKeys.ofOrder(toValue(id))),
    queryFn: () =>
      unwrap(client.GET('/api/v1/orders/{id}/claims', { params: { path: { id: toValue(id) } } })),
  })
}

/** Those of the villages entrusted to one. */
export function useClaims(state: MaybeRefOrGetter<ClaimState | undefined>) {
  return usePagedQuery(
    () => claimKeys.list(toValue(state)),
    (cursor) =>
      unwrap(
        client.GET('/api/v1/claims', {
          params: { query: { view: 'scope', state: toValue(state), cursor } },
        }),
      ),
  )
}

export function addClaimPhoto(id: string, file: Blob) {
  return unwrap(
    client.POST('/api/v1/orders/{id}/claim-photos', {
      params: { path: { id } },
      // The document describes the file as a string; the form carries the blob itself.
      body: { file: '' },
      bodySerializer: fileForm(file, 'upload.jpg'),
    }),
  )
}

export function useOpenClaim() {
  const refresh = useClaimRefresh()
  return useMutation({
    mutationFn: ({ id, ...body }: ClaimInput & { id: string }) =>
      unwrap(
        client.POST('/api/v1/orders/{id}/claims', {
          params: { path: { id }, header: { 'Idempotency-Key': attemptKey(`claim:${id}`, body) } },
          body,
        }),
      ),
    onSuccess(_claim, { id }) {
      finishAttempt(`claim:${id}`)
      refresh()
    },
  })
}

export function useDecideClaim() {
  const refresh = useClaimRefresh()
  return useMutation({
    mutationFn: ({ id, ...body }: ClaimRuling & { id: string }) =>
      unwrap(
        client.POST('/api/v1/claims/{id}/decide', {
          params: { path: { id }, header: { 'Idempotency-Key': attemptKey(`ruling:${id}`, body) } },
          body,
        }),
      ),
    onSuccess(_claim, { id }) {
      finishAttempt(`ruling:${id}`)
      refresh()
    },
  })
}

export function useEscalateClaim() {
  const refresh = useClaimRefresh()
  return useMutation({
    mutationFn: ({ id, words }: { id: string; words: string }) =>
      unwrap(
        client.POST('/api/v1/claims/{id}/escalate', { params: { path: { id } }, body: { words } }),
      ),
    onSuccess: refresh,
  })
}

function useClaimRefresh() {
  const queries = useQueryClient()
  return () => {
    void queries.invalidateQueries({ queryKey: claimKeys.all })
    void queries.invalidateQueries({ queryKey: orderKeys.all })
  }
}
