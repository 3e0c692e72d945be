import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { usePagedQuery } from '@/composables/usePagedQuery'
import { client, unwrap } from '../client'
import type { Order, OrderState, ShipInput, WeighedInput } from '../types'
import { payoutKeys } from './payouts'

export type OrderView = 'own' | 'scope'
export type OrderVerb = 'confirm' | 'pack' | 'receive' | 'settle'

export const orderKeys = {
  all: ['orders'] as const,
  list: (view: OrderView, state: OrderState | undefined) =>
    ['orders', 'list', view, state ?? 'all'] as const,
  detail: (id: string) => ['orders', 'detail', id] as const,
}

export function useOrders(
  view: OrderView,
  state: MaybeRefOrGetter<OrderState | undefined>,
  limit = 20,
) {
  return usePagedQuery(
    () => orderKeys.list(view, toValue(state)),
    (cursor) =>
      unwrap(
        client.GET('/api/v1/orders', {
          params: { query: { view, state: toValue(state), limit, cursor } },
        }),
      ),
  )
}

export function useOrder(id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => orderKeys.detail(toValue(id))),
    queryFn: () =>
      unwrap(client.GET('/api/v1/orders/{id}', { params: { path: { id: toValue(id) } } })),
  })
}

export function useOrderVerb() {
  const refresh = useOrderRefresh()
  return useMutation({
    mutationFn: ({ id, verb }: { id: string; verb: OrderVerb }) =>
      unwrap(client.POST(`/api/v1/orders/{id}/${verb}`, { params: { path: { id } } })),
    onSuccess: refresh,
  })
}

export function useShipOrder() {
  const refresh = useOrderRefresh()
  return useMutation({
    mutationFn: ({ id, ...body }: ShipInput & { id: string }) =>
      unwrap(client.POST('/api/v1/orders/{id}/ship', { params: { path: { id } }, body })),
    onSuccess: refresh,
  })
}

export function useWeighOrder() {
  const refresh = useOrderRefresh()
  return useMutation({
    mutationFn: ({ id, lines }: { id: string; lines: WeighedInput[] }) =>
      unwrap(
        client.POST('/api/v1/orders/{id}/weights', { params: { path: { id } }, body: { lines } }),
      ),
    onSuccess: refresh,
  })
}

export function useCancelOrder() {
  const refresh = useOrderRefresh()
  return useMutation({
    mutationFn: ({ id, reason }: { id: string; reason: string }) =>
      unwrap(
        client.POST('/api/v1/orders/{id}/cancel', { params: { path: { id } }, body: { reason } }),
      ),
    onSuccess: refresh,
  })
}

/** The address in full, kept by the caller alone: it goes into no cache. */
export function useUnmaskOrder() {
  return useMutation({
    mutationFn: ({ id, reason }: { id: string; reason: string }) =>
      unwrap(
        client.POST('/api/v1/orders/{id}/unmask', { params: { path: { id } }, body: { reason } }),
      ),
    gcTime: 0,
  })
}

function useOrderRefresh() {
  const queries = useQueryClient()
  return (order: Order) => {
    queries.setQueryData(orderKeys.detail(order.id), order)
    void queries.invalidateQueries({ queryKey: orderKeys.all })
    // Settling an order makes payouts fall due.
    void queries.invalidateQueries({ queryKey: payoutKeys.all })
  }
}
