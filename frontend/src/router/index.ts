import { nextTick } from 'vue'
import { createRouter, createWebHistory, type RouteLocationNormalized } from 'vue-router'
import { useSessionStore } from '@/stores/session'
import { routes } from './routes'
import { titleOf } from './title'

export function createAppRouter(history = createWebHistory()) {
  const router = createRouter({
    history,
    routes,
    scrollBehavior: (to, from, saved) => {
      if (saved) return saved
      const place = to.hash ? document.getElementById(to.hash.slice(1)) : null
      if (place) return { el: place }
      // Filters live in the query string: changing one must not throw the reader to the top.
      return to.path === from.path ? false : { top: 0 }
    },
  })

  router.beforeEach(async (to) => {
    const session = useSessionStore()
    await session.restore()
    if (!isGuarded(to)) return true
    if (!session.isSignedIn && !(await isRecalled(to))) {
      return { name: 'login', query: { next: to.fullPath } }
    }
    if (to.meta.roles && !session.hasRole(...to.meta.roles)) {
      return { name: 'forbidden', query: { from: to.fullPath }, replace: true }
    }
    if (to.meta.roles && session.user?.second_factor === 'required') {
      return { name: 'me-security', query: { next: to.fullPath } }
    }
    return true
  })

  router.afterEach((to, from, failure) => {
    if (failure) return
    document.title = titleOf(to)
    if (from.name && to.path !== from.path) void nextTick(focusMain)
  })

  return router
}

export function isGuarded(to: RouteLocationNormalized): boolean {
  return to.meta.signedIn === true || to.meta.roles !== undefined
}

/** Without a network the desk opens for the person whom this phone knows. Nobody else fetches how. */
async function isRecalled(to: RouteLocationNormalized): Promise<boolean> {
  return to.path.startsWith('/desk') && (await import('@/drafts/recall')).recall()
}

/** A page change moves the reading position too, not only the picture. */
function focusMain(): void {
  document.getElementById('main')?.focus({ preventScroll: true })
}
