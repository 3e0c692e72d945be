import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import { setActingFor } from '@/api/acting-for'
import type { Elder } from '@/api/types'
import { useSessionStore } from './session'

const KEY = 'yuanshan.helping'

interface Helping {
  elder: Elder['elder']
  /** Who helps: it must not pass to whoever signs in next. */
  by: string
}

/**
 * Whom one buys for at the moment. Kept in this tab alone: paying may lead away from the site and back, and
 * another tab may be for oneself.
 */
export const useHelpingStore = defineStore('helping', () => {
  const session = useSessionStore()
  const saved = ref<Helping | null>(read())
  const elder = computed(() =>
    saved.value && saved.value.by === session.user?.id ? saved.value.elder : null,
  )
  watch(
    () => elder.value?.id,
    (id) => setActingFor(id ?? null),
    { immediate: true, flush: 'sync' },
  )

  function start(next: Elder['elder']): void {
    if (!session.user) return
    saved.value = { elder: next, by: session.user.id }
    sessionStorage.setItem(KEY, JSON.stringify(saved.value))
  }

  function stop(): void {
    saved.value = null
    sessionStorage.removeItem(KEY)
  }

  return { elder, start, stop }
})

function read(): Helping | null {
  try {
    const saved = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Partial<Helping> | null
    const isWhole =
      typeof saved?.by === 'string' &&
      typeof saved.elder?.id === 'string' &&
      typeof saved.elder.display_name === 'string'
    return isWhole ? (saved as Helping) : null
  } catch {
    return null
  }
}
