import { ApiError } from './error'
import type { Session } from './types'

/**
 * The access token lives in memory only; the refresh token is an HttpOnly cookie that scripts cannot read.
 * `refresh` is single-flight: pages that fail together renew the session once.
 */
let accessToken: string | null = null
let running: Promise<Session | null> | null = null
let onSession: (session: Session | null) => void = () => {}

export function currentToken(): string | null {
  return accessToken
}

export function setToken(token: string | null): void {
  accessToken = token
}

/** Tells the session store about renewals and about the end of the session. */
export function watchSession(listener: (session: Session | null) => void): void {
  onSession = listener
}

export function refresh(): Promise<Session | null> {
  running ??= requestRefresh().finally(() => {
    running = null
  })
  return running
}

async function requestRefresh(): Promise<Session | null> {
  let response: Response
  try {
    response = await fetch('/api/v1/auth/refresh', { method: 'POST', credentials: 'same-origin' })
  } catch {
    throw ApiError.network()
  }
  if (response.status >= 500) throw new ApiError(response.status, null)
  const session = response.ok ? ((await response.json()) as Session) : null
  accessToken = session?.access_token ?? null
  onSession(session)
  return session
}
