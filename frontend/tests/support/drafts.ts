import { IDBFactory } from 'fake-indexeddb'
import 'fake-indexeddb/auto'
import { vi } from 'vitest'
import { setToken } from '../../src/api/token'
import { forgetDatabase } from '../../src/drafts/database'
import { emptyForm, priceTexts } from '../../src/drafts/listing-form'
import { keepDraft, keepPhoto, newDraft } from '../../src/drafts/store'
import type { Draft } from '../../src/drafts/types'
import { eggs } from './fixtures'
import { type Call, problem, stubServer } from './server'

export const OWNER = 'user-1'

/** A phone on which nothing lies yet, with somebody signed in. */
export function freshPhone(): void {
  vi.stubGlobal('indexedDB', new IDBFactory())
  forgetDatabase()
  setToken('token')
}

export const wholeForm = {
  ...emptyForm(),
  household_id: 'household-1',
  template_id: '',
  title: eggs.title,
  category: 'eggs',
  unit_label: '盒',
  stock: '20',
  price: priceTexts(eggs.price),
}

/** A finished draft in the queue. */
export async function queued(change: Partial<Draft> = {}, photo?: Blob): Promise<Draft> {
  const draft: Draft = {
    ...newDraft({ owner: OWNER, form: wholeForm }),
    state: 'queued',
    submit: true,
    ...change,
  }
  if (photo) draft.photos = [await keepPhoto(draft.id, photo)]
  await keepDraft(draft)
  return draft
}

type Fate = 'ok' | 'lost' | 'answer lost'

/** A server that keeps listings by key, as ours does; `line` says what becomes of each writing request. */
export function village(line: Fate[] = []) {
  const listings = new Map<string, { id: string; body: string }>()
  const photos = new Set<string>()
  let version = 1
  const over = (
    work: () => { status?: number; body?: unknown; headers?: Record<string, string> },
  ) => {
    const fate = line.shift() ?? 'ok'
    if (fate === 'lost') return new TypeError('failed to fetch')
    const answer = work()
    return fate === 'ok' ? answer : new TypeError('failed to fetch')
  }
  const listing = (id: string, state: 'draft' | 'in_review' = 'draft') => ({
    ...eggs,
    id,
    state,
    version,
    pending_version: null,
    actions: state === 'draft' ? ['submit'] : [],
  })
  const calls = stubServer({
    'POST /api/v1/uploads': () =>
      over(() => ({ status: 201, body: { id: 'upload-1', offset: 0, size_bytes: 5 } })),
    'GET /api/v1/uploads/upload-1': () =>
      photos.size > 0
        ? { status: 404, body: problem('not_found') }
        : { body: { id: 'upload-1', offset: 0, size_bytes: 5 } },
    'PATCH /api/v1/uploads/upload-1': () =>
      over(() => ({ status: 204, headers: { 'Upload-Offset': '5' } })),
    'POST /api/v1/photos': () =>
      over(() => {
        photos.add('photo-1')
        const urls = { small: '/s', medium: '/m', large: '/l' }
        return { status: 201, body: { id: 'photo-1', urls, placeholder: null } }
      }),
    'POST /api/v1/listings': ({ headers, body }: Call) =>
      over(() => {
        const key = headers.get('Idempotency-Key') ?? ''
        const kept = listings.get(key)
        if (kept && kept.body !== body) {
          return { status: 422, body: problem('idempotency_conflict') }
        }
        if (!kept) listings.set(key, { id: `listing-${listings.size + 1}`, body })
        return { status: 201, body: listing(listings.get(key)?.id ?? '') }
      }),
    'PATCH /api/v1/listings/listing-1': ({ body }: Call) =>
      over(() => {
        if ((JSON.parse(body) as { version: number }).version !== version) {
          return { status: 409, body: problem('version_conflict', { version, content: theirs }) }
        }
        version += 1
        return { body: listing('listing-1') }
      }),
    'POST /api/v1/listings/listing-1/submit': () =>
      over(() => ({ body: listing('listing-1', 'in_review') })),
  })
  return {
    calls,
    listings,
    photos,
    somebodyElseChanges: () => (version += 1),
    paths: () => calls.map(({ method, path }) => `${method} ${path.replace('/api/v1', '')}`),
  }
}

/** What somebody else has made of the eggs. */
export const theirs = {
  template_id: null,
  title: eggs.title,
  category: 'eggs',
  unit_label: '箱',
  net_weight_g: null,
  sale_kind: 'goods',
  deposit_percent: null,
  description: null,
  origin: null,
  label: { ingredients: null, producer: null, storage: null },
  premium_reason: null,
  price: { ...eggs.price, farmer_pay_fen: 3000 },
  photo_ids: ['photo-9'],
}
