import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { usePagedQuery } from '@/composables/usePagedQuery'
import { client, unwrap } from '../client'

export type AuditGroup = 'day' | 'village' | 'stream'

export interface SummaryFilter {
  from: string
  to: string
  group_by: AuditGroup
  region?: string
}

export interface AuditOrderFilter {
  from: string
  to: string
  village?: string
  stream?: string
}

export interface AccessFilter {
  from: string
  to: string
  actor?: string
}

export const auditKeys = {
  summary: (filter: SummaryFilter) => ['audit', 'summary', filter] as const,
  orders: (filter: AuditOrderFilter) => ['audit', 'orders', filter] as const,
  order: (id: string) => ['audit', 'order', id] as const,
  accesses: (filter: AccessFilter) => ['audit', 'accesses', filter] as const,
}

export function useAuditSummary(filter: MaybeRefOrGetter<SummaryFilter>) {
  return useQuery({
    queryKey: computed(() => auditKeys.summary(toValue(filter))),
    queryFn: () =>
      unwrap(client.GET('/api/v1/audit/summary', { params: { query: toValue(filter) } })),
    // The table stays while another grouping loads: figures that vanish cannot be compared.
    placeholderData: keepPreviousData,
  })
}

export function useAuditOrders(filter: MaybeRefOrGetter<AuditOrderFilter>) {
  return usePagedQuery(
    () => auditKeys.orders(toValue(filter)),
    (cursor) =>
      unwrap(
        client.GET('/api/v1/audit/orders', {
          params: { query: { ...toValue(filter), limit: 50, cursor } },
        }),
      ),
  )
}

export function useAuditOrder(id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => auditKeys.order(toValue(id))),
    queryFn: () =>
      unwrap(client.GET('/api/v1/audit/orders/{id}', { params: { path: { id: toValue(id) } } })),
  })
}

/** Who looked at whose personal data in the auditor's regions. */
export function useAuditAccesses(filter: MaybeRefOrGetter<AccessFilter>) {
  return usePagedQuery(
    () => auditKeys.accesses(toValue(filter)),
    (cursor) =>
      unwrap(
        client.GET('/api/v1/audit/access-log', {
          params: { query: { ...toValue(filter), limit: 50, cursor } },
        }),
      ),
  )
}
