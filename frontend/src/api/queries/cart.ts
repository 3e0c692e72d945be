import { client, unwrap } from '../client'

export interface CartWish {
  listing_id: string
  quantity: number
  version: number | null
}

export function loadCart() {
  return unwrap(client.GET('/api/v1/cart'))
}

export function mergeCart(lines: CartWish[]) {
  return unwrap(client.POST('/api/v1/cart/merge', { body: { lines } }))
}

export function putCartLine({ listing_id, quantity, version }: CartWish) {
  return unwrap(
    client.PUT('/api/v1/cart/lines/{id}', {
      params: { path: { id: listing_id } },
      body: { quantity, version },
    }),
  )
}

export function removeCartLine(id: string) {
  return unwrap(client.DELETE('/api/v1/cart/lines/{id}', { params: { path: { id } } }))
}
