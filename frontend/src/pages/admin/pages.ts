/** The pages of this area. Its list travels with the area: nobody else fetches the names of its files. */
export const pages = {
  AdminInvitationNewPage: () => import('./AdminInvitationNewPage.vue'),
  AdminInvitationsPage: () => import('./AdminInvitationsPage.vue'),
  AdminKeysPage: () => import('./AdminKeysPage.vue'),
  AdminLayout: () => import('./AdminLayout.vue'),
  AdminPeoplePage: () => import('./AdminPeoplePage.vue'),
  AdminPersonPage: () => import('./AdminPersonPage.vue'),
  AdminRatesPage: () => import('./AdminRatesPage.vue'),
}
