import type { QueryClient } from '@tanstack/vue-query'
import { watch } from 'vue'
import type { Router } from 'vue-router'
import { ApiError } from '@/api/error'
import { useToast } from '@/composables/useToast'
import { i18n } from '@/locales'
import { useHelpingStore } from '@/stores/helping'
import { useSessionStore } from '@/stores/session'

/** What was fetched for one person is not shown for another; staff act as themselves. */
export function followHelping(router: Router, queries: QueryClient): void {
  const helping = useHelpingStore()
  const session = useSessionStore()
  watch(
    () => helping.elder?.id,
    () => {
      queries.removeQueries({ type: 'inactive' })
      void queries.resetQueries()
    },
    { flush: 'sync' },
  )
  watch(
    () => session.user?.id,
    (_now, before) => {
      if (before) helping.stop()
    },
    { flush: 'sync' },
  )
  router.beforeEach((to) => {
    if (to.meta.roles) helping.stop()
  })
}

/** The elder has ended it: from now on this person buys for themselves, and is told so. */
export function leaveHelping(router: Router, error: unknown): void {
  if (!(error instanceof ApiError) || error.code !== 'not_helping') return
  const helping = useHelpingStore()
  const name = helping.elder?.display_name
  if (!name) return
  helping.stop()
  useToast().say(i18n.global.t('helping.over', { name }))
  void router.replace({ name: 'me-elders' })
}
