import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { client, unwrap } from '../client'
import { attemptKey, finishAttempt } from '../idempotency'
import type { Checkout, CheckoutInput, Provider } from '../types'
import { orderKeys } from './orders'

const POLL_MS = 700
const CHECKOUT = 'checkout'

export const checkoutKeys = {
  detail: (id: string) => ['checkouts', id] as const,
}

/** While `isPaying`, the checkout is asked for again and again until the notification has arrived. */
export function useCheckout(id: MaybeRefOrGetter<string>, isPaying: MaybeRefOrGetter<boolean>) {
  return useQuery({
    queryKey: computed(() => checkoutKeys.detail(toValue(id))),
    queryFn: () =>
      unwrap(client.GET('/api/v1/checkouts/{id}', { params: { path: { id: toValue(id) } } })),
    refetchInterval: computed(() => (toValue(isPaying) ? POLL_MS : false)),
  })
}

/** What the cart would cost at a place, with its freight; nothing is reserved. */
export function useQuote(
  lines: MaybeRefOrGetter<CheckoutInput['lines']>,
  region: MaybeRefOrGetter<string>,
) {
  return useQuery({
    queryKey: computed(() => ['quote', toValue(region), toValue(lines)] as const),
    queryFn: () =>
      unwrap(
        client.POST('/api/v1/checkouts/quote', {
          // What changed since it was seen is told when ordering.
          body: {
            lines: toValue(lines).map((line) => ({ ...line, version: null })),
            region_code: toValue(region),
          },
        }),
      ),
    staleTime: 0,
    retry: false,
  })
}

export function usePlaceCheckout() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: CheckoutInput) =>
      unwrap(
        client.POST('/api/v1/checkouts', {
          params: { header: { 'Idempotency-Key': attemptKey(CHECKOUT, body) } },
          body,
        }),
      ),
    onSuccess(checkout: Checkout) {
      finishAttempt(CHECKOUT)
      queries.setQueryData(checkoutKeys.detail(checkout.id), checkout)
      void queries.invalidateQueries({ queryKey: orderKeys.all })
    },
  })
}

export function usePay() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ checkoutId, provider }: { checkoutId: string; provider: Provider }) =>
      unwrap(
        client.POST('/api/v1/checkouts/{id}/pay', {
          params: {
            path: { id: checkoutId },
            header: { 'Idempotency-Key': attemptKey(paymentOf(checkoutId), provider) },
          },
          body: { provider },
        }),
      ),
    onSuccess({ payment }, { checkoutId }) {
      // A failed payment is an answer too: the next try is a new payment.
      if (payment.state === 'failed') finishAttempt(paymentOf(checkoutId))
      void queries.invalidateQueries({ queryKey: checkoutKeys.detail(checkoutId) })
    },
  })
}

/** Forgets the key of a payment that is known to be over. */
export function finishPayment(checkoutId: string): void {
  finishAttempt(paymentOf(checkoutId))
}

function paymentOf(checkoutId: string): string {
  return `pay.${checkoutId}`
}
