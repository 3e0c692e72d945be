import type { RouteRecordRaw } from 'vue-router'
import type { Role } from '@/api/types'
import { type MessagePart, wantMessages } from '@/locales'
import ShopLayout from '@/pages/shop/ShopLayout.vue'
import { account } from './account'
import { admin } from './admin'
import { adminPage, auditPage, deskPage } from './pages'

const DESK: readonly Role[] = ['coordinator', 'approver']
const AUDIT: readonly Role[] = ['auditor']
const ADMIN: readonly Role[] = ['administrator']

const shop: RouteRecordRaw[] = [
  { path: '', name: 'home', component: worded(() => import('@/pages/shop/HomePage.vue'), 'pages') },
  {
    path: 'listings',
    name: 'listings',
    component: () => import('@/pages/shop/ListingsPage.vue'),
    meta: { title: 'nav.listings' },
  },
  {
    path: 'listings/:id',
    name: 'listing',
    component: worded(() => import('@/pages/shop/ListingPage.vue'), 'goods'),
    props: true,
    meta: { title: 'nav.listing' },
  },
  {
    path: 'categories/:category',
    name: 'category',
    component: worded(() => import('@/pages/shop/CategoryPage.vue'), 'pages'),
    props: true,
    meta: { title: 'nav.category' },
  },
  {
    path: 'season',
    name: 'season',
    component: worded(() => import('@/pages/shop/SeasonPage.vue'), 'pages'),
    meta: { title: 'nav.season' },
  },
  {
    path: 'ranking',
    name: 'ranking',
    component: worded(() => import('@/pages/shop/RankingPage.vue'), 'search'),
    meta: { title: 'nav.ranking' },
  },
  {
    path: 'villages',
    name: 'villages',
    component: worded(() => import('@/pages/shop/VillagesPage.vue'), 'pages'),
    meta: { title: 'nav.villages' },
  },
  {
    path: 'villages/:code',
    name: 'village',
    component: worded(() => import('@/pages/shop/VillagePage.vue'), 'pages', 'goods'),
    props: true,
    meta: { title: 'nav.village' },
  },
  {
    path: 'households/:id',
    name: 'household',
    component: worded(() => import('@/pages/shop/HouseholdPage.vue'), 'pages', 'buying'),
    props: true,
    meta: { title: 'nav.household' },
  },
  {
    path: 'cart',
    name: 'cart',
    component: worded(() => import('@/pages/shop/CartPage.vue'), 'buying'),
    meta: { title: 'nav.cart' },
  },
  {
    path: 'me/addresses',
    name: 'me-addresses',
    component: worded(() => import('@/pages/shop/MeAddressesPage.vue'), 'account', 'buying'),
    meta: { title: 'nav.addresses', signedIn: true },
  },
  {
    path: 'me/organisations',
    name: 'me-organisations',
    component: worded(() => import('@/pages/shop/MeOrganisationsPage.vue'), 'account', 'buying'),
    meta: { title: 'nav.organisations', signedIn: true },
  },
  {
    path: 'me/organisations/:id',
    name: 'me-organisation',
    component: worded(() => import('@/pages/shop/MeOrganisationPage.vue'), 'account', 'buying'),
    props: true,
    meta: { title: 'nav.organisation', signedIn: true },
  },
  {
    path: 'checkout',
    name: 'checkout',
    component: worded(() => import('@/pages/shop/CheckoutPage.vue'), 'buying'),
    meta: { title: 'nav.checkout', signedIn: true },
  },
  {
    path: 'pay/:checkoutId',
    name: 'pay',
    component: worded(() => import('@/pages/shop/PayPage.vue'), 'buying'),
    props: true,
    meta: { title: 'nav.pay', signedIn: true },
  },
  {
    path: 'orders',
    name: 'orders',
    component: worded(() => import('@/pages/shop/OrdersPage.vue'), 'buying'),
    meta: { title: 'nav.orders', signedIn: true },
  },
  {
    path: 'orders/:id',
    name: 'order',
    component: worded(() => import('@/pages/shop/OrderPage.vue'), 'buying', 'goods'),
    props: true,
    meta: { title: 'nav.order', signedIn: true },
  },
  {
    path: 'pairings',
    name: 'pairings',
    component: worded(() => import('@/pages/shop/PairingsPage.vue'), 'buying'),
    meta: { title: 'nav.pairings', signedIn: true },
  },
  {
    path: 'pairings/:id',
    name: 'pairing',
    component: worded(() => import('@/pages/shop/PairingPage.vue'), 'buying'),
    props: true,
    meta: { title: 'nav.pairing', signedIn: true },
  },
  {
    path: 'streams',
    name: 'streams',
    component: worded(() => import('@/pages/shop/StreamsPage.vue'), 'pages'),
    meta: { title: 'nav.streams' },
  },
  {
    path: 'streams/:code',
    name: 'stream',
    component: worded(() => import('@/pages/shop/StreamPage.vue'), 'pages'),
    props: true,
    meta: { title: 'nav.stream' },
  },
  {
    path: 'b/:code',
    name: 'batch',
    component: worded(() => import('@/pages/shop/BatchPage.vue'), 'buying'),
    props: true,
    meta: { title: 'nav.batch' },
  },
  {
    path: 'r/:code',
    name: 'receipt',
    component: worded(() => import('@/pages/shop/ReceiptPage.vue'), 'buying'),
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
    path: 'freight',
    name: 'desk-freight',
    component: deskPage('DeskFreightPage'),
    meta: { title: 'nav.deskFreight' },
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
    path: 'supply',
    name: 'desk-supply',
    component: deskPage('DeskSupplyPage'),
    meta: { title: 'nav.deskSupply' },
  },
  {
    path: 'intake',
    name: 'desk-intake',
    component: deskPage('DeskIntakePage'),
    meta: { title: 'nav.deskIntake' },
  },
  {
    path: 'batches',
    name: 'desk-batches',
    component: deskPage('DeskBatchesPage'),
    meta: { title: 'nav.deskBatches' },
  },
  {
    path: 'allocations',
    name: 'desk-allocations',
    component: deskPage('DeskAllocationsPage'),
    meta: { title: 'nav.deskAllocations' },
  },
  {
    path: 'inbox',
    name: 'desk-inbox',
    component: deskPage('DeskInboxPage'),
    meta: { title: 'nav.inbox' },
  },
  {
    path: 'claims',
    name: 'desk-claims',
    component: deskPage('DeskClaimsPage'),
    meta: { title: 'nav.deskClaims' },
  },
  {
    path: 'ratings',
    name: 'desk-ratings',
    component: deskPage('DeskRatingsPage'),
    meta: { title: 'nav.deskRatings' },
  },
  {
    path: 'payouts',
    name: 'desk-payouts',
    component: deskPage('DeskPayoutsPage'),
    meta: { title: 'nav.deskPayouts' },
  },
  {
    path: 'transfers',
    name: 'desk-transfers',
    component: deskPage('DeskTransfersPage'),
    meta: { title: 'nav.deskTransfers' },
  },
  {
    path: 'contracts',
    name: 'desk-contracts',
    component: deskPage('DeskContractsPage'),
    meta: { title: 'nav.deskContracts' },
  },
  {
    path: 'payouts/bank-files',
    name: 'desk-bank-files',
    component: deskPage('DeskBankFilesPage'),
    meta: { title: 'nav.deskBankFiles' },
  },
  {
    path: 'pairings',
    name: 'desk-pairings',
    component: deskPage('DeskPairingsPage'),
    meta: { title: 'nav.deskPairings' },
  },
  {
    path: 'cycles',
    name: 'desk-cycles',
    component: deskPage('DeskCyclesPage'),
    meta: { title: 'nav.deskCycles' },
  },
  {
    path: 'cycles/new',
    name: 'desk-cycle-new',
    component: deskPage('DeskCycleNewPage'),
    meta: { title: 'nav.deskCycleNew' },
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

/** A page, and beside it on the way the words it needs besides everybody's. */
function worded<P>(page: () => Promise<P>, ...parts: MessagePart[]): () => Promise<P> {
  return async () => (await Promise.all([page(), ...parts.map(wantMessages)]))[0]
}

/** Staff see orders, goods and who looked as everybody does, in the same words. */
async function withStaffMessages(): Promise<void> {
  const parts = ['staff', 'account', 'goods', 'pages', 'buying'] as const
  await Promise.all(parts.map(wantMessages))
}
