import type { RouteLocationRaw } from 'vue-router'
import type { InboxMessage } from '@/api/types'

/** Where what a message tells of is seen and done: the first word of its kind says what it is about. */
const PLACES: Record<string, (id: string) => RouteLocationRaw> = {
  buyer: (id) => ({ name: 'order', params: { id } }),
  pairing: (id) => ({ name: 'pairing', params: { id } }),
  order: (id) => ({ name: 'desk-order', params: { id } }),
  tie: () => ({ name: 'desk-pairings' }),
  claim: () => ({ name: 'desk-claims' }),
  review: () => ({ name: 'desk-ratings' }),
  transfer: () => ({ name: 'desk-transfers' }),
  listing: (id) => ({ name: 'desk-listing', params: { id } }),
  payout: () => ({ name: 'desk-payouts' }),
}

export function placeOf(message: Pick<InboxMessage, 'kind' | 'thing_id'>): RouteLocationRaw {
  const [about] = message.kind.split('.')
  return PLACES[about as string]?.(message.thing_id) ?? { name: 'me' }
}
