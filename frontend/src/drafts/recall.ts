import { setToken } from '@/api/token'
import { HINT, useSessionStore } from '@/stores/session'
import { rememberedUser } from './desk-copy'

/** The first answer of the server calls it expired, and the session is renewed as always. */
const NOT_YET = 'not-yet-renewed'

/**
 * The session is there, the server is not: the desk opens for the person whom this phone knows, who then
 * sees what lies on this phone. Everything else is still asked of the server, which decides for itself.
 */
export async function recall(): Promise<boolean> {
  const id = localStorage.getItem(HINT)
  const user = id && (await rememberedUser(id))
  if (!user) return false
  setToken(NOT_YET)
  useSessionStore().update(user)
  return true
}
