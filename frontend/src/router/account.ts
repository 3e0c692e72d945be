import type { RouteRecordRaw } from 'vue-router'
import { wantMessages } from '@/locales'

/** The pages of an account: signing in, and what belongs to oneself. */
export const account: RouteRecordRaw = {
  path: '',
  beforeEnter: () => wantMessages('account'),
  children: [
    {
      path: 'login',
      name: 'login',
      component: () => import('@/pages/shop/LoginPage.vue'),
      meta: { title: 'nav.login' },
    },
    {
      path: 'register',
      name: 'register',
      component: () => import('@/pages/shop/RegisterPage.vue'),
      meta: { title: 'nav.register' },
    },
    {
      path: 'forgot',
      name: 'forgot',
      component: () => import('@/pages/shop/ForgotPage.vue'),
      meta: { title: 'nav.forgot' },
    },
    {
      path: 'invite',
      name: 'invite',
      component: () => import('@/pages/shop/InvitePage.vue'),
      meta: { title: 'nav.invite' },
    },
    {
      path: 'me',
      name: 'me',
      component: () => import('@/pages/shop/MePage.vue'),
      meta: { title: 'nav.me', signedIn: true },
    },
    {
      path: 'me/security',
      name: 'me-security',
      component: () => import('@/pages/shop/MeSecurityPage.vue'),
      meta: { title: 'nav.security', signedIn: true },
    },
    {
      path: 'me/profile',
      name: 'me-profile',
      component: () => import('@/pages/shop/MeProfilePage.vue'),
      meta: { title: 'nav.profile', signedIn: true },
    },
    {
      path: 'me/helpers',
      name: 'me-helpers',
      component: () => import('@/pages/shop/MeHelpersPage.vue'),
      meta: { title: 'nav.helpers', signedIn: true },
    },
    {
      path: 'me/elders',
      name: 'me-elders',
      component: () => import('@/pages/shop/MeEldersPage.vue'),
      meta: { title: 'nav.elders', signedIn: true },
    },
    {
      path: 'me/data',
      name: 'me-data',
      component: () => import('@/pages/shop/MeDataPage.vue'),
      meta: { title: 'nav.data', signedIn: true },
    },
    {
      path: 'me/data/deletion',
      name: 'me-deletion',
      component: () => import('@/pages/shop/MeDeletionPage.vue'),
      meta: { title: 'nav.deletion', signedIn: true },
    },
    {
      path: 'me/access-log',
      name: 'me-access-log',
      component: () => import('@/pages/shop/MeAccessLogPage.vue'),
      meta: { title: 'nav.accessLog', signedIn: true },
    },
    {
      path: 'goodbye',
      name: 'goodbye',
      component: () => import('@/pages/shop/GoodbyePage.vue'),
      meta: { title: 'nav.goodbye' },
    },
  ],
}
