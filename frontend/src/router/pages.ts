type Pages<P> = Promise<{ pages: P }>

/** Pages of an area by their names, which are fetched with the first of them. */
function pagesOf<P extends Record<string, () => Promise<unknown>>>(area: () => Pages<P>) {
  return (name: keyof P & string) => async () =>
    (await area()).pages[name]?.() as Promise<{ default: object }>
}

export const accountPage = pagesOf(() => import('@/pages/shop/account-pages'))
export const deskPage = pagesOf(() => import('@/pages/desk/pages'))
export const auditPage = pagesOf(() => import('@/pages/audit/pages'))
export const adminPage = pagesOf(() => import('@/pages/admin/pages'))
