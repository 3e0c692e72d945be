import createClient, { type Middleware } from 'openapi-fetch'
import { ACTING_FOR, actingFor } from './acting-for'
import { ApiError } from './error'
import type { paths } from './schema'
import { currentToken, refresh } from './token'

let language = 'zh-CN'

/** The server words its refusals in the language of the page. */
export function setApiLanguage(locale: string): void {
  language = locale
}

const headers: Middleware = {
  onRequest({ request, schemaPath }) {
    request.headers.set('Accept-Language', language)
    const token = currentToken()
    if (token) request.headers.set('Authorization', `Bearer ${token}`)
    const elderId = actingFor(request.method, schemaPath)
    if (elderId) request.headers.set(ACTING_FOR, elderId)
    return request
  },
}

/** Sends a request; an expired token is renewed once, silently, and the request repeated. */
async function send(request: Request): Promise<Response> {
  const again = request.clone()
  const response = await answer(request)
  const hadToken = request.headers.has('Authorization')
  if (!hadToken || !(await isUnauthenticated(response))) return response
  const session = await refresh()
  if (!session) return response
  again.headers.set('Authorization', `Bearer ${session.access_token}`)
  return answer(again)
}

/** A wrong password or code is a 401 as well; sending it again would count as another attempt. */
async function isUnauthenticated(response: Response): Promise<boolean> {
  if (response.status !== 401) return false
  const problem: unknown = await response
    .clone()
    .json()
    .catch(() => null)
  return new ApiError(response.status, problem).code === 'unauthenticated'
}

async function answer(request: Request): Promise<Response> {
  try {
    return await fetch(request)
  } catch {
    throw ApiError.network()
  }
}

export const client = createClient<paths>({
  baseUrl: typeof location === 'undefined' ? '' : location.origin,
  credentials: 'same-origin',
  fetch: send,
})
client.use(headers)

interface Answer<T> {
  data?: T
  error?: unknown
  response: Response
}

/** The body of a successful answer, or an `ApiError`. */
export async function unwrap<T>(pending: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await pending
  if (!response.ok) throw new ApiError(response.status, error)
  return data as T
}
