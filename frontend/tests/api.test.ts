import { describe, expect, it } from 'vitest'
import { client, unwrap } from '../src/api/client'
import { ApiError } from '../src/api/error'
import { currentToken, setToken, watchSession } from '../src/api/token'
import { session } from './support/fixtures'
import { problem, stubServer } from './support/server'

const me = () => unwrap(client.GET('/api/v1/me'))
const REFRESH = 'POST /api/v1/auth/refresh'

describe('ApiError', () => {
  it('keeps code, detail, request id and field messages of a problem', async () => {
    const errors = [{ pointer: '/address/phone', code: 'invalid', detail: '号码不对' }]
    stubServer({ 'GET /api/v1/me': { status: 422, body: problem('invalid_body', { errors }) } })
    const error = await me().catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({
      status: 422,
      code: 'invalid_body',
      detail: 'detail of invalid_body',
      requestId: 'r-1',
      byPointer: { '/address/phone': '号码不对' },
    })
  })

  it('has status 0 when nothing answered', async () => {
    stubServer({ 'GET /api/v1/me': new TypeError('failed to fetch') })
    await expect(me()).rejects.toMatchObject({ status: 0, code: 'network' })
  })

  it('survives an answer that is no problem document', () => {
    expect(new ApiError(502, '<html>')).toMatchObject({ code: 'unknown', fields: [] })
    expect(new ApiError(400, { errors: [{ pointer: 7 }, null] }).fields).toEqual([])
  })
})

describe('an expired token', () => {
  const guarded = {
    'GET /api/v1/me': ({ headers }: { headers: Headers }) =>
      headers.get('Authorization') === 'Bearer fresh-token'
        ? { body: session.user }
        : { status: 401, body: problem('unauthenticated') },
  }

  it('is renewed once for all requests that met it, and they are repeated', async () => {
    const calls = stubServer({ ...guarded, [REFRESH]: { body: session } })
    setToken('stale-token')
    const users = await Promise.all([me(), me(), me()])
    expect(users).toEqual([session.user, session.user, session.user])
    expect(calls.filter(({ path }) => path.endsWith('/refresh'))).toHaveLength(1)
    expect(currentToken()).toBe('fresh-token')
  })

  it('ends the session when it cannot be renewed', async () => {
    stubServer({ ...guarded, [REFRESH]: { status: 401, body: problem('no_session') } })
    const seen: unknown[] = []
    watchSession((next) => seen.push(next))
    setToken('stale-token')
    await expect(me()).rejects.toMatchObject({ status: 401 })
    expect(seen).toEqual([null])
    expect(currentToken()).toBeNull()
  })

  it('is not renewed for a visitor who never signed in', async () => {
    const calls = stubServer({ ...guarded, [REFRESH]: { body: session } })
    await expect(me()).rejects.toMatchObject({ status: 401 })
    expect(calls).toHaveLength(1)
  })

  it('is not what a wrong password means: that is counted, and must be sent once', async () => {
    const calls = stubServer({
      'POST /api/v1/me/password': { status: 401, body: problem('wrong_credentials') },
      [REFRESH]: { body: session },
    })
    setToken('fresh-token')
    const body = { current: 'wrong', new: 'another-one' }
    const change = unwrap(client.POST('/api/v1/me/password', { body }))
    await expect(change).rejects.toMatchObject({ code: 'wrong_credentials' })
    expect(calls).toHaveLength(1)
  })

  it('does not repeat a request for ever', async () => {
    const calls = stubServer({
      'GET /api/v1/me': { status: 401, body: problem('unauthenticated') },
      [REFRESH]: { body: session },
    })
    setToken('stale-token')
    await expect(me()).rejects.toMatchObject({ status: 401 })
    expect(calls.filter(({ path }) => path.endsWith('/me'))).toHaveLength(2)
  })
})
