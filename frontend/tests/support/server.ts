import { vi } from 'vitest'

export interface Call {
  method: string
  path: string
  headers: Headers
  body: string
}

type Reply = { status?: number; body?: unknown; headers?: Record<string, string> } | Error

/** Stands in for the server: answers by `METHOD /path`, and keeps every call for the test to look at. */
export function stubServer(replies: Record<string, Reply | ((call: Call) => Reply)>): Call[] {
  const calls: Call[] = []
  vi.stubGlobal('fetch', async (input: Request | string, init?: RequestInit) => {
    const request = new Request(
      new URL(typeof input === 'string' ? input : input.url, location.origin),
      {
        ...(typeof input === 'string' ? init : { method: input.method, headers: input.headers }),
      },
    )
    const body = typeof input === 'string' ? '' : await input.clone().text()
    const { pathname } = new URL(request.url)
    const call = { method: request.method, path: pathname, headers: request.headers, body }
    calls.push(call)
    const reply = replies[`${call.method} ${call.path}`] ?? {
      status: 404,
      body: problem('not_found'),
    }
    const answer = typeof reply === 'function' ? reply(call) : reply
    if (answer instanceof Error) throw answer
    const { status = 200, body: answered = {}, headers = {} } = answer
    const isEmpty = status === 204
    return new Response(isEmpty ? null : JSON.stringify(answered), {
      status,
      headers: {
        'Content-Type': status < 400 ? 'application/json' : 'application/problem+json',
        ...headers,
      },
    })
  })
  return calls
}

export function problem(code: string, more: Record<string, unknown> = {}) {
  return {
    type: 'about:blank',
    title: code,
    status: 400,
    code,
    detail: `detail of ${code}`,
    request_id: 'r-1',
    ...more,
  }
}
