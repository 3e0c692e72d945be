import type { RouteRecordRaw } from 'vue-router'
import { adminPage } from './pages'

export const admin: RouteRecordRaw[] = [
  { path: '', name: 'admin', component: adminPage('AdminPeoplePage') },
  {
    path: 'users/:id',
    name: 'admin-person',
    component: adminPage('AdminPersonPage'),
    props: true,
    meta: { title: 'nav.adminPerson' },
  },
  {
    path: 'invitations',
    name: 'admin-invitations',
    component: adminPage('AdminInvitationsPage'),
    meta: { title: 'nav.adminInvitations' },
  },
  {
    path: 'invitations/new',
    name: 'admin-invitation-new',
    component: adminPage('AdminInvitationNewPage'),
    meta: { title: 'nav.adminInvitationNew' },
  },
  {
    path: 'keys',
    name: 'admin-keys',
    component: adminPage('AdminKeysPage'),
    meta: { title: 'nav.adminKeys' },
  },
  {
    path: 'rates',
    name: 'admin-rates',
    component: adminPage('AdminRatesPage'),
    meta: { title: 'nav.adminRates' },
  },
]
