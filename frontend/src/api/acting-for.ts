/** Whom the person at this browser acts for, in the calls that a helper may make; else nobody. */
export const ACTING_FOR = 'Yuanshan-Acting-For'

let elderId: string | null = null

export function setActingFor(id: string | null): void {
  elderId = id
}

/** Every other call is the helper's own: it refuses the header, so it must not carry it. */
const CALLS: ReadonlySet<string> = new Set([
  'POST /api/v1/checkouts',
  'POST /api/v1/checkouts/quote',
  'GET /api/v1/cart',
  'PUT /api/v1/cart/lines/{id}',
  'DELETE /api/v1/cart/lines/{id}',
  'POST /api/v1/cart/merge',
  'GET /api/v1/me/addresses',
  'POST /api/v1/me/addresses',
  'PUT /api/v1/me/addresses/{id}',
  'DELETE /api/v1/me/addresses/{id}',
  'POST /api/v1/addresses/parse',
  'GET /api/v1/checkouts/{id}',
  'POST /api/v1/checkouts/{id}/pay',
  'GET /api/v1/orders',
  'GET /api/v1/orders/{id}',
  'GET /api/v1/orders/{id}/balance',
  'POST /api/v1/orders/{id}/cancel',
  'POST /api/v1/orders/{id}/claim-photos',
  'GET /api/v1/orders/{id}/changes',
  'POST /api/v1/orders/{id}/changes/answer',
  'GET /api/v1/orders/{id}/claims',
  'POST /api/v1/orders/{id}/claims',
  'POST /api/v1/orders/{id}/cool-off',
  'GET /api/v1/orders/{id}/end-quote',
  'POST /api/v1/orders/{id}/pay',
  'GET /api/v1/claims',
  'GET /api/v1/claims/{id}',
  'POST /api/v1/claims/{id}/escalate',
  'GET /api/v1/orders/{id}/reviews',
  'POST /api/v1/orders/{id}/reviews',
  'PATCH /api/v1/reviews/{id}',
])

export function actingFor(method: string, path: string): string | null {
  return CALLS.has(`${method} ${path}`) ? elderId : null
}
