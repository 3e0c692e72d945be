import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { filesOf, workerOf } from '../build/desk-worker.ts'

const ASSET = '/assets/wizard-abc.js'

type Answer = { status: number; from: string }
type Fetch = (request: unknown) => Promise<Answer>

/** The worker as a browser would run it, with caches that are maps. */
function worker(version: string, stores: Map<string, Map<string, Answer>>, fetch: Fetch) {
  const handlers: Record<string, (event: unknown) => void> = {}
  const keyOf = (request: unknown) =>
    new URL(
      typeof request === 'string' ? request : (request as { url: string }).url,
      'https://yuanshan.example',
    ).pathname
  const caches = {
    open: async (name: string) => {
      const store = stores.get(name) ?? new Map<string, Answer>()
      stores.set(name, store)
      const addAll = async (all: unknown[]) => {
        for (const one of all) store.set(keyOf(one), { status: 200, from: `kept ${version}` })
      }
      return { addAll }
    },
    keys: async () => [...stores.keys()],
    delete: async (name: string) => stores.delete(name),
    match: async (request: unknown, { cacheName }: { cacheName: string }) =>
      stores.get(cacheName)?.get(keyOf(request)),
  }
  const self = {
    addEventListener: (name: string, handler: (event: unknown) => void) =>
      (handlers[name] = handler),
  }
  class Request {
    constructor(readonly url: string) {}
  }
  runInNewContext(workerOf(version, [ASSET]), {
    self,
    caches,
    fetch,
    Request,
    URL,
    setTimeout,
    Promise,
    Set,
    Error,
  })
  const run = async (name: string) => {
    let work: Promise<unknown> = Promise.resolve()
    handlers[name]?.({ waitUntil: (promise: Promise<unknown>) => (work = promise) })
    await work
  }
  const ask = (path: string, more: object = {}): Promise<Answer> | null => {
    let answer: Promise<Answer> | null = null
    const request = { url: `https://yuanshan.example${path}`, method: 'GET', mode: 'cors', ...more }
    handlers.fetch?.({ request, respondWith: (given: Promise<Answer>) => (answer = given) })
    return answer
  }
  return { run, ask, open: (path: string) => ask(path, { mode: 'navigate' }) }
}

const network: Fetch = () => Promise.resolve({ status: 200, from: 'network' })
const stores = new Map<string, Map<string, Answer>>()

beforeEach(() => stores.clear())
afterEach(() => void vi.useRealTimers())

describe('the worker of the desk', () => {
  it('asks the server first: an old worker keeps no old site', async () => {
    const { run, open } = worker('1', stores, network)
    await run('install')
    expect(await open('/desk/listings/new')).toEqual({ status: 200, from: 'network' })
  })

  it.each<[string, Fetch]>([
    ['there is no network', () => Promise.reject(new TypeError('failed'))],
    ['the server is ill', () => Promise.resolve({ status: 503, from: 'network' })],
  ])('opens the kept page where %s', async (_, fetch) => {
    const { run, open } = worker('1', stores, fetch)
    await run('install')
    expect((await open('/desk'))?.from).toBe('kept 1')
  })

  it('opens the kept page where the line is dead but not cut', async () => {
    vi.useFakeTimers()
    const { run, open } = worker('1', stores, () => new Promise(() => {}))
    await run('install')
    const answer = open('/desk')
    await vi.advanceTimersByTimeAsync(4000)
    expect((await answer)?.from).toBe('kept 1')
  })

  it('leaves the API, other files and everything that is sent to the browser', async () => {
    const { run, ask } = worker('1', stores, network)
    await run('install')
    expect(ask('/api/v1/desk/listings')).toBeNull()
    expect(ask('/assets/AuditSummaryPage-xyz.js')).toBeNull()
    expect(ask(ASSET, { method: 'POST' })).toBeNull()
    expect((await ask(ASSET))?.from).toBe('kept 1')
  })

  it('throws the files of the version before away, and nobody else’s', async () => {
    await worker('1', stores, network).run('install')
    stores.set('somebody-else', new Map())
    const next = worker('2', stores, network)
    await next.run('install')
    expect([...stores.keys()]).toContain('yuanshan-desk-1')
    await next.run('activate')
    expect([...stores.keys()].sort()).toEqual(['somebody-else', 'yuanshan-desk-2'])
  })
})

describe('what is kept', () => {
  const chunk = (name: string, page: string | null, imports: string[] = []) => ({
    fileName: `assets/${name}.js`,
    facadeModuleId: page,
    imports: imports.map((one) => `assets/${one}.js`),
    viteMetadata: { importedCss: new Set([`assets/${name}.css`]) },
  })
  const chunks = [
    chunk('wizard', '/src/pages/desk/Wizard.vue', ['core']),
    chunk('core', null),
    chunk('audit', '/src/pages/audit/Audit.vue', ['core', 'charts']),
    chunk('charts', null),
  ] as unknown as Parameters<typeof filesOf>[0]

  it('is the named pages with what they import, and nothing of others', () => {
    expect(filesOf(chunks, [/Wizard\.vue$/]).sort()).toEqual([
      'assets/core.css',
      'assets/core.js',
      'assets/wizard.css',
      'assets/wizard.js',
    ])
  })

  it('is never short of a page that was renamed', () => {
    expect(() => filesOf(chunks, [/Renamed\.vue$/])).toThrow('no chunk')
  })
})
