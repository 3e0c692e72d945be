import type { RouteRecordRaw } from 'vue-router'

export const admin: RouteRecordRaw[] = [
  { path: '', name: 'admin', component: () => import('@/pages/admin/AdminPeoplePage.vue') },
  {
    path: 'users/:id',
    name: 'admin-person',
    component: () => import('@/pages/admin/AdminPersonPage.vue'),
    props: true,
    meta: { title: 'nav.adminPerson' },
  },
  {
    path: 'invitations',
    name: 'admin-invitations',
    component: () => import('@/pages/admin/AdminInvitationsPage.vue'),
    meta: { title: 'nav.adminInvitations' },
  },
  {
    path: 'invitations/new',
    name: 'admin-invitation-new',
    component: () => import('@/pages/admin/AdminInvitationNewPage.vue'),
    meta: { title: 'nav.adminInvitationNew' },
  },
  {
    path: 'keys',
    name: 'admin-keys',
    component: () => import('@/pages/admin/AdminKeysPage.vue'),
    meta: { title: 'nav.adminKeys' },
  },
]
