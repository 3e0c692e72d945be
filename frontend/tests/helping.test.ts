import { QueryClient } from '@tanstack/vue-query'
import { createPinia, setActivePinia } from 'pinia'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { createMemoryHistory } from 'vue-router'
import { ACTING_FOR, actingFor, setActingFor } from '../src/api/acting-for'
import { client } from '../src/api/client'
import { ApiError } from '../src/api/error'
import type { Role } from '../src/api/types'
import { loadLocale } from '../src/locales'
import { createAppRouter } from '../src/router'
import { followHelping, leaveHelping } from '../src/router/helping'
import { useCartStore } from '../src/stores/cart'
import { useHelpingStore } from '../src/stores/helping'
import { useSessionStore } from '../src/stores/session'
import { eggs, session } from './support/fixtures'
import { problem, stubServer } from './support/server'

const grandmother = { id: 'user-elder', display_name: '伍奶奶' }
const neighbour = { ...session, user: { ...session.user, id: 'user-2' } }
const box = { ...eggs, photo: null }

beforeEach(() => {
  setActivePinia(createPinia())
  setActingFor(null)
})

function help() {
  useSessionStore().accept(session)
  const helping = useHelpingStore()
  helping.start(grandmother)
  return helping
}

describe('the header of a helper', () => {
  it('goes with every call that takes it, and with no other', () => {
    setActingFor(grandmother.id)
    for (const [call, takesIt] of callsOfTheApi()) {
      const [method = '', path = ''] = call.split(' ')
      expect(actingFor(method, path) !== null, call).toBe(takesIt)
    }
  })

  it('is sent while one helps, and not any more afterwards', async () => {
    const calls = stubServer({ 'GET /api/v1/orders': { body: { data: [], page: {} } } })
    const helping = help()
    await client.GET('/api/v1/orders', { params: { query: {} } })
    await client.GET('/api/v1/pairings', { params: { query: {} } })
    helping.stop()
    await client.GET('/api/v1/orders', { params: { query: {} } })
    expect(calls.map(({ headers }) => headers.get(ACTING_FOR))).toEqual([
      grandmother.id,
      null,
      null,
    ])
  })
})

describe('helping', () => {
  it('is there after a reload, for the same person only', () => {
    help()
    setActivePinia(createPinia())
    const helping = useHelpingStore()
    expect(helping.elder).toBeNull()
    useSessionStore().accept(neighbour)
    expect(helping.elder).toBeNull()
    useSessionStore().accept(session)
    expect(helping.elder).toEqual(grandmother)
  })

  it('does not begin from what is damaged', () => {
    sessionStorage.setItem('yuanshan.helping', '{"by":"user-1","elder":{"id":7}}')
    useSessionStore().accept(session)
    expect(useHelpingStore().elder).toBeNull()
  })

  it('keeps another cart', () => {
    useSessionStore().accept(session)
    const cart = useCartStore()
    cart.add(box, 1)
    const helping = useHelpingStore()
    helping.start(grandmother)
    expect(cart.count).toBe(0)
    cart.add(box, 3)
    helping.stop()
    expect(cart.count).toBe(1)
    helping.start(grandmother)
    expect(cart.count).toBe(3)
  })
})

describe('what was fetched', () => {
  function follow() {
    const queries = new QueryClient()
    const router = createAppRouter(createMemoryHistory())
    followHelping(router, queries)
    return { queries, router }
  }

  it('for one person is not shown for the other', () => {
    useSessionStore().accept(session)
    const { queries } = follow()
    queries.setQueryData(['orders'], ['own'])
    const helping = help()
    expect(queries.getQueryData(['orders'])).toBeUndefined()
    queries.setQueryData(['orders'], ['of the elder'])
    helping.stop()
    expect(queries.getQueryData(['orders'])).toBeUndefined()
  })

  it('ends with signing out', () => {
    const helping = help()
    follow()
    useSessionStore().clear()
    useSessionStore().accept(session)
    expect(helping.elder).toBeNull()
  })

  it('ends where staff work', async () => {
    await loadLocale('zh-CN')
    const staff = {
      ...session,
      user: { ...session.user, roles: ['buyer', 'coordinator'] as Role[] },
    }
    stubServer({ 'POST /api/v1/auth/refresh': { body: staff } })
    const helping = help()
    const { router } = follow()
    await router.push('/listings')
    expect(helping.elder).toEqual(grandmother)
    await router.push('/desk/orders')
    expect(helping.elder).toBeNull()
  })

  it('ends when the elder has ended it', async () => {
    await loadLocale('zh-CN')
    stubServer({ 'POST /api/v1/auth/refresh': { body: session } })
    const helping = help()
    const { router } = follow()
    leaveHelping(router, new ApiError(403, problem('forbidden')))
    expect(helping.elder).toEqual(grandmother)
    leaveHelping(router, new ApiError(403, problem('not_helping')))
    expect(helping.elder).toBeNull()
  })
})

/** Each call of the API, and whether it takes the header. */
function callsOfTheApi(): [string, boolean][] {
  const file = join(import.meta.dirname, '../openapi.json')
  const { paths } = JSON.parse(readFileSync(file, 'utf8')) as {
    paths: Record<string, Record<string, { parameters?: { name: string }[] }>>
  }
  return Object.entries(paths).flatMap(([path, calls]) =>
    Object.entries(calls).map(([method, { parameters = [] }]): [string, boolean] => [
      `${method.toUpperCase()} ${path}`,
      parameters.some(({ name }) => name === ACTING_FOR),
    ]),
  )
}
