import type { RouteRecordRaw } from 'vue-router'
import { wantMessages } from '@/locales'
import { accountPage } from './pages'

/** The pages of an account: signing in, and what belongs to oneself. */
export const account: RouteRecordRaw = {
  path: '',
  beforeEnter: () => wantMessages('account'),
  children: [
    {
      path: 'login',
      name: 'login',
      component: accountPage('LoginPage'),
      meta: { title: 'nav.login' },
    },
    {
      path: 'register',
      name: 'register',
      component: accountPage('RegisterPage'),
      meta: { title: 'nav.register' },
    },
    {
      path: 'forgot',
      name: 'forgot',
      component: accountPage('ForgotPage'),
      meta: { title: 'nav.forgot' },
    },
    {
      path: 'invite',
      name: 'invite',
      component: accountPage('InvitePage'),
      meta: { title: 'nav.invite' },
    },
    {
      path: 'me',
      name: 'me',
      component: accountPage('MePage'),
      meta: { title: 'nav.me', signedIn: true },
    },
    {
      path: 'me/security',
      name: 'me-security',
      component: accountPage('MeSecurityPage'),
      meta: { title: 'nav.security', signedIn: true },
    },
    {
      path: 'me/profile',
      name: 'me-profile',
      component: accountPage('MeProfilePage'),
      meta: { title: 'nav.profile', signedIn: true },
    },
    {
      path: 'me/helpers',
      name: 'me-helpers',
      component: accountPage('MeHelpersPage'),
      meta: { title: 'nav.helpers', signedIn: true },
    },
    {
      path: 'me/elders',
      name: 'me-elders',
      component: accountPage('MeEldersPage'),
      meta: { title: 'nav.elders', signedIn: true },
    },
    {
      path: 'me/data',
      name: 'me-data',
      component: accountPage('MeDataPage'),
      meta: { title: 'nav.data', signedIn: true },
    },
    {
      path: 'me/data/deletion',
      name: 'me-deletion',
      component: accountPage('MeDeletionPage'),
      meta: { title: 'nav.deletion', signedIn: true },
    },
    {
      path: 'me/inbox',
      name: 'me-inbox',
      component: accountPage('MeInboxPage'),
      meta: { title: 'nav.inbox', signedIn: true },
    },
    {
      path: 'me/access-log',
      name: 'me-access-log',
      component: accountPage('MeAccessLogPage'),
      meta: { title: 'nav.accessLog', signedIn: true },
    },
    {
      path: 'goodbye',
      name: 'goodbye',
      component: accountPage('GoodbyePage'),
      meta: { title: 'nav.goodbye' },
    },
  ],
}
