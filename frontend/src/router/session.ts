import type { QueryClient } from '@tanstack/vue-query'
import { watch } from 'vue'
import type { Router } from 'vue-router'
import { ApiError } from '@/api/error'
import { useToast } from '@/composables/useToast'
import { i18n } from '@/locales'
import { useSessionStore } from '@/stores/session'
import { isGuarded } from './index'

/** What was fetched was fetched for one person, and goes with them; a lost session leads back to the door. */
export function followSession(router: Router, queries: QueryClient): void {
  const session = useSessionStore()
  watch(
    () => session.user?.id,
    () => queries.clear(),
    { flush: 'sync' },
  )
  watch(
    () => session.isLost,
    (isLost) => {
      const page = router.currentRoute.value
      if (!isLost || !isGuarded(page)) return
      useToast().say(i18n.global.t('error.sessionLost'))
      void router.replace({ name: 'login', query: { next: page.fullPath } })
    },
  )
}

/** Staff who act in a session without a second factor are led to where they set one up, and back. */
export function leadToSecondFactor(router: Router, error: unknown): void {
  if (!(error instanceof ApiError) || error.code !== 'second_factor_required') return
  const page = router.currentRoute.value
  if (!page.meta.roles) return
  void router.replace({ name: 'me-security', query: { next: page.fullPath } })
}
