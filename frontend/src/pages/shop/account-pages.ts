/** The pages of an account. Its list travels with them: who only looks at goods does not fetch it. */
export const pages = {
  ForgotPage: () => import('./ForgotPage.vue'),
  GoodbyePage: () => import('./GoodbyePage.vue'),
  InvitePage: () => import('./InvitePage.vue'),
  LoginPage: () => import('./LoginPage.vue'),
  MeAccessLogPage: () => import('./MeAccessLogPage.vue'),
  MeDataPage: () => import('./MeDataPage.vue'),
  MeDeletionPage: () => import('./MeDeletionPage.vue'),
  MeEldersPage: () => import('./MeEldersPage.vue'),
  MeHelpersPage: () => import('./MeHelpersPage.vue'),
  MeInboxPage: () => import('./MeInboxPage.vue'),
  MePage: () => import('./MePage.vue'),
  MeProfilePage: () => import('./MeProfilePage.vue'),
  MeSecurityPage: () => import('./MeSecurityPage.vue'),
  RegisterPage: () => import('./RegisterPage.vue'),
}
