/** The pages of this area. Its list travels with the area: nobody else fetches the names of its files. */
export const pages = {
  DeskDraftPage: () => import('./DeskDraftPage.vue'),
  DeskDraftsPage: () => import('./DeskDraftsPage.vue'),
  DeskHouseholdNewPage: () => import('./DeskHouseholdNewPage.vue'),
  DeskHouseholdPage: () => import('./DeskHouseholdPage.vue'),
  DeskHouseholdsPage: () => import('./DeskHouseholdsPage.vue'),
  DeskLayout: () => import('./DeskLayout.vue'),
  DeskListingNewPage: () => import('./DeskListingNewPage.vue'),
  DeskListingsPage: () => import('./DeskListingsPage.vue'),
  DeskOrderPage: () => import('./DeskOrderPage.vue'),
  DeskOrdersPage: () => import('./DeskOrdersPage.vue'),
  DeskPage: () => import('./DeskPage.vue'),
  DeskPairingsPage: () => import('./DeskPairingsPage.vue'),
  DeskPayoutsPage: () => import('./DeskPayoutsPage.vue'),
  DeskReviewPage: () => import('./DeskReviewPage.vue'),
  DeskStreamNewPage: () => import('./DeskStreamNewPage.vue'),
  DeskStreamsPage: () => import('./DeskStreamsPage.vue'),
}
