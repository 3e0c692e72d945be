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
  ],
}
