/** Every page of the application, as the walk must have seen it. */
export const PAGES = [
  '/',
  '/listings',
  '/listings/:id',
  '/villages',
  '/villages/:code',
  '/households/:id',
  '/cart',
  '/checkout',
  '/pay/:checkoutId',
  '/orders',
  '/orders/:id',
  '/pairings',
  '/pairings/:id',
  '/streams',
  '/streams/:code',
  '/r/:code',
  '/login',
  '/register',
  '/forgot',
  '/invite',
  '/me',
  '/me/security',
  '/me/profile',
  '/forbidden',
  '/desk',
  '/desk/households',
  '/desk/households/new',
  '/desk/listings',
  '/desk/listings/new',
  '/desk/review',
  '/desk/orders',
  '/desk/orders/:id',
  '/desk/payouts',
  '/desk/pairings',
  '/desk/streams',
  '/desk/streams/new',
  '/audit',
  '/audit/orders',
  '/audit/orders/:id',
  '/admin',
  '/admin/users/:id',
  '/admin/invitations',
  '/admin/invitations/new',
  '/no-such-page',
]

export function unvisited(paths) {
  return PAGES.filter((page) => {
    // A literal page must not count as an instance of a pattern: /desk/listings/new is no listing.
    const pattern = new RegExp(`^${page.replace(/:\w+/g, '(?!new$)[^/]+')}$`)
    return !paths.some((path) => pattern.test(path))
  })
}
