import type { RouteRecordRaw } from 'vue-router'
import type { Role } from '@/api/types'
import { wantMessages } from '@/locales'
import ShopLayout from '@/pages/shop/ShopLayout.vue'
import { account } from './account'
import { admin } from './admin'
import { adminPage, auditPage, deskPage } from './pages'

const DESK: readonly Role[] = ['coordinator', 'approver']
const AUDIT: readonly Role[] = ['auditor']
const ADMIN: readonly Role[] = ['administrator']

const shop: RouteRecordRaw[] = [
  { path: '', name: 'home', component: () => import('@/pages/shop/HomePage.vue') },
  {
    path: 'listings',
    name: 'listings',
    component: () => import('@/pages/shop/ListingsPage.vue'),
    meta: { title: 'nav.listings' },
  },
  {
    path: 'listings/:id',
    name: 'listing',
    component: () => import('@/pages/shop/ListingPage.vue'),
    props: true,
    meta: { title: 'nav.listing' },
  },
  {
    path: 'categories/:category',
    name: 'category',
    component: () => import('@/pages/shop/CategoryPage.vue'),
    props: true,
    beforeEnter: () => wantMessages('pages'),
    meta: { title: 'nav.category' },
  },
  {
    path: 'season',
    name: 'season',
    component: () => import('@/pages/shop/SeasonPage.vue'),
    beforeEnter: () => wantMessages('pages'),
    meta: { title: 'nav.season' },
  },
  {
    path: 'ranking',
    name: 'ranking',
    component: () => import('@/pages/shop/RankingPage.vue'),
    meta: { title: 'nav.ranking' },
    beforeEnter: () => wantMessages('search'),
  },
  {
    path: 'villages',
    name: 'villages',
    component: () => import('@/pages/shop/VillagesPage.vue'),
    meta: { title: 'nav.villages' },
  },
  {
    path: 'villages/:code',
    name: 'village',
    component: () => import('@/pages/shop/VillagePage.vue'),
    props: true,
    meta: { title: 'nav.village' },
  },
  {
    path: 'households/:id',
    name: 'household',
    component: () => import('@/pages/shop/HouseholdPage.vue'),
    props: true,
    meta: { title: 'nav.household' },
  },
  {
    path: 'cart',
    name: 'cart',
    component: () => import('@/pages/shop/CartPage.vue'),
    meta: { title: 'nav.cart' },
  },
  {
    path: 'checkout',
    name: 'checkout',
    component: () => import('@/pages/shop/CheckoutPage.vue'),
    meta: { title: 'nav.checkout', signedIn: true },
  },
  {
    path: 'pay/:checkoutId',
    name: 'pay',
    component: () => import('@/pages/shop/PayPage.vue'),
    props: true,
    meta: { title: 'nav.pay', signedIn: true },
  },
  {
    path: 'orders',
    name: 'orders',
    component: () => import('@/pages/shop/OrdersPage.vue'),
    meta: { title: 'nav.orders', signedIn: true },
  },
  {
    path: 'orders/:id',
    name: 'order',
    component: () => import('@/pages/shop/OrderPage.vue'),
    props: true,
    meta: { title: 'nav.order', signedIn: true },
  },
  {
    path: 'pairings',
    name: 'pairings',
    component: () => import('@/pages/shop/PairingsPage.vue'),
    meta: { title: 'nav.pairings', signedIn: true },
  },
  {
    path: 'pairings/:id',
    name: 'pairing',
    component: () => import('@/pages/shop/PairingPage.vue'),
    props: true,
    meta: { title: 'nav.pairing', signedIn: true },
  },
  {
    path: 'streams',
    name: 'streams',
    component: () => import('@/pages/shop/StreamsPage.vue'),
    meta: { title: 'nav.streams' },
  },
  {
    path: 'streams/:code',
    name: 'stream',
    component: () => import('@/pages/shop/StreamPage.vue'),
    props: true,
    meta: { title: 'nav.stream' },
  },
  {
    path: 'r/:code',
    name: 'receipt',
    component: () => import('@/pages/shop/ReceiptPage.vue'),
    props: true,
    meta: { title: 'nav.receipt' },
  },
  account,
  {
    path: 'forbidden',
    name: 'forbidden',
    component: () => import('@/pages/shop/ForbiddenPage.vue'),
    meta: { title: 'nav.forbidden' },
  },
  {
    path: ':path(.*)*',
    name: 'not-found',
    component: () => import('@/pages/shop/NotFoundPage.vue'),
    meta: { title: 'nav.notFound' },
  },
]

const desk: RouteRecordRaw[] = [
  { path: '', name: 'desk', component: deskPage('DeskPage') },
  {
    path: 'households',
    name: 'desk-households',
    component: deskPage('DeskHouseholdsPage'),
    meta: { title: 'nav.deskHouseholds' },
  },
  {
    path: 'households/new',
    name: 'desk-household-new',
    component: deskPage('DeskHouseholdNewPage'),
    meta: { title: 'nav.deskHouseholdNew' },
  },
  {
    path: 'households/:id',
    name: 'desk-household',
    component: deskPage('DeskHouseholdPage'),
    props: true,
    meta: { title: 'nav.deskHousehold' },
  },
  {
    path: 'imports',
    name: 'desk-imports',
    component: deskPage('DeskImportsPage'),
    meta: { title: 'nav.deskImports' },
  },
  {
    path: 'imports/:id',
    name: 'desk-import',
    component: deskPage('DeskImportPage'),
    props: true,
    meta: { title: 'nav.deskImport' },
  },
  {
    path: 'listings',
    name: 'desk-listings',
    component: deskPage('DeskListingsPage'),
    meta: { title: 'nav.deskListings' },
  },
  {
    path: 'listings/new',
    name: 'desk-listing-new',
    component: deskPage('DeskListingNewPage'),
    meta: { title: 'nav.deskListingNew' },
  },
  {
    path: 'listings/:id',
    name: 'desk-listing',
    component: deskPage('DeskListingPage'),
    props: true,
    meta: { title: 'nav.deskListing' },
  },
  {
    path: 'listings/:id/edit',
    name: 'desk-listing-edit',
    component: deskPage('DeskListingEditPage'),
    props: true,
    meta: { title: 'nav.deskListingEdit' },
  },
  {
    path: 'drafts',
    name: 'desk-drafts',
    component: deskPage('DeskDraftsPage'),
    meta: { title: 'nav.deskDrafts' },
  },
  {
    path: 'drafts/:id',
    name: 'desk-draft',
    component: deskPage('DeskDraftPage'),
    props: true,
    meta: { title: 'nav.deskDrafts' },
  },
  {
    path: 'listings/:id/papers',
    name: 'desk-listing-papers',
    component: deskPage('DeskListingPapersPage'),
    props: true,
    meta: { title: 'nav.deskListingPapers' },
  },
  {
    path: 'prices',
    name: 'desk-prices',
    component: deskPage('DeskPricesPage'),
    meta: { title: 'nav.deskPrices' },
  },
  {
    path: 'templates',
    name: 'desk-templates',
    component: deskPage('DeskTemplatesPage'),
    meta: { title: 'nav.deskTemplates' },
  },
  {
    path: 'templates/new',
    name: 'desk-template-new',
    component: deskPage('DeskTemplatePage'),
    meta: { title: 'nav.deskTemplateNew' },
  },
  {
    path: 'templates/:id/replace',
    name: 'desk-template-replace',
    component: deskPage('DeskTemplatePage'),
    props: true,
    meta: { title: 'nav.deskTemplateReplace' },
  },
  {
    path: 'review',
    name: 'desk-review',
    component: deskPage('DeskReviewPage'),
    meta: { title: 'nav.deskReview' },
  },
  {
    path: 'orders',
    name: 'desk-orders',
    component: deskPage('DeskOrdersPage'),
    meta: { title: 'nav.deskOrders' },
  },
  {
    path: 'orders/:id',
    name: 'desk-order',
    component: deskPage('DeskOrderPage'),
    props: true,
    meta: { title: 'nav.order' },
  },
  {
    path: 'payouts',
    name: 'desk-payouts',
    component: deskPage('DeskPayoutsPage'),
    meta: { title: 'nav.deskPayouts' },
  },
  {
    path: 'pairings',
    name: 'desk-pairings',
    component: deskPage('DeskPairingsPage'),
    meta: { title: 'nav.deskPairings' },
  },
  {
    path: 'streams',
    name: 'desk-streams',
    component: deskPage('DeskStreamsPage'),
    meta: { title: 'nav.deskStreams' },
  },
  {
    path: 'streams/new',
    name: 'desk-stream-new',
    component: deskPage('DeskStreamNewPage'),
    meta: { title: 'nav.deskStreamNew' },
  },
]

const audit: RouteRecordRaw[] = [
  { path: '', name: 'audit', component: auditPage('AuditSummaryPage') },
  {
    path: 'orders',
    name: 'audit-orders',
    component: auditPage('AuditOrdersPage'),
    meta: { title: 'nav.auditOrders' },
  },
  {
    path: 'orders/:id',
    name: 'audit-order',
    component: auditPage('AuditOrderPage'),
    props: true,
    meta: { title: 'nav.auditOrder' },
  },
  {
    path: 'access-log',
    name: 'audit-access-log',
    component: auditPage('AuditAccessPage'),
    meta: { title: 'nav.auditAccess' },
  },
]

export const routes: RouteRecordRaw[] = [
  {
    path: '/desk',
    component: deskPage('DeskLayout'),
    meta: { title: 'nav.desk', roles: DESK },
    beforeEnter: withStaffMessages,
    children: desk,
  },
  {
    path: '/audit',
    component: auditPage('AuditLayout'),
    meta: { title: 'nav.audit', roles: AUDIT },
    beforeEnter: withStaffMessages,
    children: audit,
  },
  {
    path: '/admin',
    component: adminPage('AdminLayout'),
    meta: { title: 'nav.admin', roles: ADMIN },
    beforeEnter: withStaffMessages,
    children: admin,
  },
  { path: '/', component: ShopLayout, children: shop },
]

async function withStaffMessages(): Promise<void> {
  // Staff read who looked as everybody does, in the same words.
  await Promise.all([wantMessages('staff'), wantMessages('account'), wantMessages('goods')])
}
