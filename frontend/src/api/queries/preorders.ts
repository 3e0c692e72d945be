import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import type { components } from '../schema'
import { client, unwrap } from '../client'
import { attemptKey, finishAttempt } from '../idempotency'
import type { Provider } from '../types'
import { orderKeys } from './orders'

type Schemas = components['schemas']
export type CallInInput = Schemas['CallInIn']
export type InterestRateInput = Schemas['RateIn']
export type InterestRates = Schemas['InterestRates']

const POLL_MS = 700
const RATES = ['interest-rates'] as const

const balanceKey = (id: string) => [...orderKeys.detail(id), 'balance'] as const
const paymentOf = (id: string) => `balance.${id}`

/** What is left to pay; while `isPaying` it is asked for until the notification has arrived. */
export function useBalance(id: MaybeRefOrGetter<string>, isPaying: MaybeRefOrGetter<boolean>) {
  return useQuery({
    queryKey: computed(() => balanceKey(toValue(id))),
    queryFn: () =>
      unwrap(client.GET('/api/v1/orders/{id}/balance', { params: { path: { id: toValue(id) } } })),
    refetchInterval: computed(() => (toValue(isPaying) ? POLL_MS : false)),
  })
}

export function usePayBalance() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ id, provider }: { id: string; provider: Provider }) =>
      unwrap(
        client.POST('/api/v1/orders/{id}/pay', {
          params: {
            path: { id },
            header: { 'Idempotency-Key': attemptKey(paymentOf(id), provider) },
          },
          body: { provider },
        }),
      ),
    onSuccess(balance, { id }) {
      if (balance.payment?.state === 'failed') finishAttempt(paymentOf(id))
      queries.setQueryData(balanceKey(id), balance)
    },
  })
}

/** Forgets the key of a payment that is known to be over, and looks at the order again. */
export function useBalanceDone() {
  const queries = useQueryClient()
  return (id: string) => {
    finishAttempt(paymentOf(id))
    void queries.invalidateQueries({ queryKey: orderKeys.all })
  }
}

/** What goes back if the order is ended today. */
export function useEndQuote(id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => [...orderKeys.detail(toValue(id)), 'end-quote'] as const),
    queryFn: () =>
      unwrap(
        client.GET('/api/v1/orders/{id}/end-quote', { params: { path: { id: toValue(id) } } }),
      ),
    staleTime: 0,
  })
}

export function useCoolOff() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string) =>
      unwrap(client.POST('/api/v1/orders/{id}/cool-off', { params: { path: { id } } })),
    onSuccess(order) {
      queries.setQueryData(orderKeys.detail(order.id), order)
      void queries.invalidateQueries({ queryKey: orderKeys.all })
    },
  })
}

export function useCallIn() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ id, ...body }: CallInInput & { id: string }) =>
      unwrap(client.POST('/api/v1/listings/{id}/call-in', { params: { path: { id } }, body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: orderKeys.all }),
  })
}

export function useInterestRates() {
  return useQuery({
    queryKey: RATES,
    queryFn: () => unwrap(client.GET('/api/v1/interest-rates')),
  })
}

export function useAddInterestRate() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: InterestRateInput) =>
      unwrap(client.POST('/api/v1/interest-rates', { body })),
    onSuccess: (rates) => queries.setQueryData(RATES, rates),
  })
}
