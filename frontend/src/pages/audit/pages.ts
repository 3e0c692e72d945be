/** The pages of this area. Its list travels with the area: nobody else fetches the names of its files. */
export const pages = {
  AuditAccessPage: () => import('./AuditAccessPage.vue'),
  AuditLayout: () => import('./AuditLayout.vue'),
  AuditOrderPage: () => import('./AuditOrderPage.vue'),
  AuditOrdersPage: () => import('./AuditOrdersPage.vue'),
  AuditSummaryPage: () => import('./AuditSummaryPage.vue'),
}
