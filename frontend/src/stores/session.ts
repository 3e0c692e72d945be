import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { refresh, setToken, watchSession } from '@/api/token'
import type { Role, Session, User } from '@/api/types'

export const HINT = 'yuanshan.signed-in'

/** Who is signed in. Holds no secret: the hint only says for whom asking for a session is worth a request. */
export const useSessionStore = defineStore('session', () => {
  const user = ref<User | null>(null)
  const isSignedIn = computed(() => user.value !== null)
  /** The session ended elsewhere: signed out from another device, or unused for too long. */
  const isLost = ref(false)
  let restoring: Promise<void> | null = null

  watchSession((session) => {
    if (session) accept(session)
    else lose()
  })

  function accept(session: Session): void {
    setToken(session.access_token)
    user.value = session.user
    isLost.value = false
    localStorage.setItem(HINT, session.user.id)
  }

  /** What the server says of the same person now. */
  function update(now: User): void {
    user.value = now
  }

  function clear(): void {
    setToken(null)
    user.value = null
    isLost.value = false
    localStorage.removeItem(HINT)
  }

  function lose(): void {
    const wasSignedIn = isSignedIn.value
    clear()
    isLost.value = wasSignedIn
  }

  /** Runs once, before the first guarded page: a reload loses the token in memory, not the cookie. */
  function restore(): Promise<void> {
    restoring ??= localStorage.getItem(HINT) ? refresh().then(noop, noop) : Promise.resolve()
    return restoring
  }

  function hasRole(...roles: readonly Role[]): boolean {
    return roles.some((role) => user.value?.roles.includes(role))
  }

  return { user, isSignedIn, isLost, accept, update, clear, restore, hasRole }
})

function noop(): void {}
