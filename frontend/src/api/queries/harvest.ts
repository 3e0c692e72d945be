import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { usePagedQuery } from '@/composables/usePagedQuery'
import { client, unwrap } from '../client'
import { attemptKey, finishAttempt } from '../idempotency'
import type { CertificateInput, SupplyReportInput } from '../types'

const keys = {
  all: ['harvest'] as const,
  balances: ['harvest', 'balances'] as const,
  reports: ['harvest', 'reports'] as const,
  batches: ['harvest', 'batches'] as const,
  allocations: ['harvest', 'allocations'] as const,
}
const ROWS = 20

/** What is ordered against what is reported and in store. */
export function useSupplyBalances() {
  return useQuery({
    queryKey: keys.balances,
    queryFn: async () => (await unwrap(client.GET('/api/v1/supply-reports/balances'))).data,
  })
}

export function useSupplyReports() {
  return usePagedQuery(
    () => keys.reports,
    (cursor) =>
      unwrap(client.GET('/api/v1/supply-reports', { params: { query: { limit: ROWS, cursor } } })),
  )
}

/** Sent again after a broken line it is written down once. */
export function useReportSupply() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: SupplyReportInput) => {
      const header = { 'Idempotency-Key': attemptKey('supply-report', body) }
      return unwrap(client.POST('/api/v1/supply-reports', { params: { header }, body }))
    },
    onSuccess() {
      finishAttempt('supply-report')
      void queries.invalidateQueries({ queryKey: keys.all })
    },
  })
}

export function useBatches() {
  return usePagedQuery(
    () => keys.batches,
    (cursor) =>
      unwrap(client.GET('/api/v1/batches', { params: { query: { limit: ROWS, cursor } } })),
  )
}

export function useCertifyBatch() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ id, body }: { id: string; body: CertificateInput }) =>
      unwrap(client.POST('/api/v1/batches/{id}/certificates', { params: { path: { id } }, body })),
    onSuccess: () => void queries.invalidateQueries({ queryKey: keys.batches }),
  })
}

export function useMergeBatches() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (batch_ids: string[]) => {
      const body = { batch_ids }
      const header = { 'Idempotency-Key': attemptKey('batches', body) }
      return unwrap(client.POST('/api/v1/batches', { params: { header }, body }))
    },
    onSuccess() {
      finishAttempt('batches')
      void queries.invalidateQueries({ queryKey: keys.batches })
    },
  })
}

/** What a label tells everybody. */
export function useBatch(code: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => [...keys.batches, toValue(code)]),
    queryFn: () =>
      unwrap(client.GET('/api/v1/batches/{code}', { params: { path: { code: toValue(code) } } })),
  })
}

export function useAllocations() {
  return usePagedQuery(
    () => keys.allocations,
    (cursor) =>
      unwrap(client.GET('/api/v1/allocations', { params: { query: { limit: 100, cursor } } })),
  )
}

export function useAllocate() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (listing_id: string) => {
      const body = { listing_id }
      const header = { 'Idempotency-Key': attemptKey('allocations', body) }
      return unwrap(client.POST('/api/v1/allocations', { params: { header }, body }))
    },
    onSuccess() {
      // The next run is another one: more may have come in.
      finishAttempt('allocations')
      void queries.invalidateQueries({ queryKey: keys.all })
    },
  })
}
