import { beforeEach, describe, expect, it, vi } from 'vitest'
import { reactive } from 'vue'
import { setToken } from '../src/api/token'
import { database, forgetDatabase } from '../src/drafts/database'
import { type DeskCopy, makeStale, refreshCopy, rememberedUser } from '../src/drafts/desk-copy'
import { withLease } from '../src/drafts/lock'
import { emptyForm } from '../src/drafts/listing-form'
import { nextTry, sendWaiting } from '../src/drafts/queue'
import { conflictOf, resolved } from '../src/drafts/resolve'
import { queuedAgain } from '../src/drafts/rules'
import {
  changeDraft,
  clearDrafts,
  countUnsent,
  findDraft,
  findPhoto,
  keepDraft,
  listDrafts,
  newDraft,
} from '../src/drafts/store'
import type { Draft } from '../src/drafts/types'
import { freshPhone, OWNER, queued, theirs, village, wholeForm } from './support/drafts'
import { eggs, session } from './support/fixtures'
import { problem, stubServer } from './support/server'

const picture = new Blob(['12345'], { type: 'image/jpeg' })

beforeEach(freshPhone)

function copyOf(owner: string, met_at: string): DeskCopy {
  return {
    owner,
    user: {
      id: owner,
      display_name: '小何',
      roles: ['coordinator'],
      grants: [],
      second_factor: 'active',
    },
    households: [],
    listings: [],
    templates: [],
    fetched_at: met_at,
    met_at,
  }
}

async function after(id: string): Promise<Draft> {
  const draft = await findDraft(id, OWNER)
  if (!draft) throw new Error('the draft is gone')
  return draft
}

describe('drafts on a phone', () => {
  it('belong to the person who wrote them', async () => {
    const draft = newDraft({ owner: OWNER, form: wholeForm })
    await keepDraft(draft)
    expect(await listDrafts(OWNER)).toHaveLength(1)
    expect(await listDrafts('user-2')).toEqual([])
    expect(await findDraft(draft.id, 'user-2')).toBeUndefined()
  })

  it('outlive the page', async () => {
    const draft = await queued({}, picture)
    forgetDatabase()
    const found = await after(draft.id)
    expect(found.form.title).toBe(wholeForm.title)
    const photo = await findPhoto(found.photos[0]?.id ?? '')
    expect(photo?.bytes.byteLength).toBe(5)
  })

  it('are changed as they are kept, not as a page once read them', async () => {
    const { id } = await queued({ state: 'editing' })
    await Promise.all([
      changeDraft(id, (now) => ({ form: { ...now.form, title: '柴鸡蛋' } })),
      changeDraft(id, (now) => ({ form: { ...now.form, stock: '7' } })),
    ])
    expect((await after(id)).form).toMatchObject({ title: '柴鸡蛋', stock: '7' })
  })

  it('are kept in memory, and said to be, where the browser keeps nothing', async () => {
    vi.stubGlobal('indexedDB', {
      open: () => {
        throw new Error('denied')
      },
    })
    forgetDatabase()
    expect((await database()).isLasting).toBe(false)
    await queued()
    expect(await countUnsent(OWNER)).toBe(1)
  })

  it('go with their owner only if that is wanted', async () => {
    await queued({}, picture)
    const sent = await queued({ state: 'sent', sent_at: new Date().toISOString() })
    await clearDrafts(OWNER, false)
    expect(await countUnsent(OWNER)).toBe(1)
    expect(await findDraft(sent.id, OWNER)).toBeUndefined()
    await clearDrafts(OWNER, true)
    expect(await listDrafts(OWNER)).toEqual([])
    expect(await (await database()).photos.list()).toEqual([])
  })
})

describe('the queue', () => {
  it('sends photos, then the listing under the draft’s key, then hands it in', async () => {
    const draft = await queued({}, picture)
    const { paths, calls } = village()
    expect(await sendWaiting(OWNER)).toEqual({ reached: true })
    expect(paths()).toEqual([
      'POST /uploads',
      'PATCH /uploads/upload-1',
      'POST /photos',
      'POST /listings',
      'POST /listings/listing-1/submit',
    ])
    const post = calls.find(({ path }) => path.endsWith('/listings'))
    expect(post?.headers.get('Idempotency-Key')).toBe(draft.id)
    expect(JSON.parse(post?.body ?? '')).toMatchObject({
      household_id: 'household-1',
      stock: 20,
      price_fen: 4800,
      photo_ids: ['photo-1'],
    })
  })

  it('keeps nothing of what was sent but its title', async () => {
    const { id } = await queued({ label: '土鸡蛋' }, picture)
    village()
    await sendWaiting(OWNER)
    expect(await after(id)).toMatchObject({
      state: 'sent',
      label: '土鸡蛋',
      subject_id: 'listing-1',
      form: emptyForm(),
      photos: [],
      attempt: null,
    })
    expect(await (await database()).photos.list()).toEqual([])
  })

  it.each([0, 1, 2, 3, 4])('makes one listing although answer %i was lost', async (lost) => {
    const { id } = await queued({}, picture)
    const line = Array.from({ length: lost }, () => 'ok' as const)
    const { listings, photos } = village([...line, 'answer lost'])
    await sendWaiting(OWNER, true)
    if (lost !== 1) expect((await after(id)).state).toBe('queued')
    await sendWaiting(OWNER, true)
    expect((await after(id)).state).toBe('sent')
    expect([listings.size, photos.size]).toEqual([1, 1])
  })

  it('sends what may have arrived as it was, and what was written since as a change of it', async () => {
    const { id } = await queued({ submit: false })
    const { listings, calls } = village(['answer lost'])
    await sendWaiting(OWNER, true)
    await changeDraft(id, (now) => ({ form: { ...now.form, title: '柴鸡蛋', stock: '20' } }))
    await sendWaiting(OWNER, true)
    expect((await after(id)).state).toBe('sent')
    expect(listings.size).toBe(1)
    const bodies = calls.map(({ body }) => JSON.parse(body) as { title: string })
    expect(bodies.map(({ title }) => title)).toEqual([wholeForm.title, wholeForm.title, '柴鸡蛋'])
    expect(bodies[2]).toMatchObject({ version: 1 })
  })

  it('waits longer each time, and no further draft is tried without a network', async () => {
    const first = await queued({ created_at: '2026-11-24T10:00:00Z' })
    await queued()
    const { calls } = village(['lost'])
    expect(await sendWaiting(OWNER)).toEqual({ reached: false })
    expect(calls).toHaveLength(1)
    const { tries, next_try_at, state } = await after(first.id)
    expect({ tries, state }).toEqual({ tries: 1, state: 'queued' })
    expect(nextTry([await after(first.id)])?.toISOString()).toBe(next_try_at)
    expect(await sendWaiting(OWNER)).toMatchObject({ reached: true })
    expect((await after(first.id)).state).toBe('queued')
  })

  it('brings a refusal back to the fields that it names', async () => {
    const { id } = await queued()
    const errors = [{ pointer: '/stock', code: 'invalid_value', detail: '太多' }]
    stubServer({ 'POST /api/v1/listings': { status: 422, body: problem('invalid', { errors }) } })
    await sendWaiting(OWNER)
    const draft = await after(id)
    expect(draft).toMatchObject({ state: 'refused', attempt: null, form: wholeForm })
    expect(draft.problem?.errors).toEqual(errors)
  })

  it('keeps everything of somebody who was signed out, and asks the next time', async () => {
    const { id } = await queued()
    setToken(null)
    stubServer({ 'POST /api/v1/auth/refresh': { status: 401, body: problem('unauthenticated') } })
    await sendWaiting(OWNER)
    expect(await after(id)).toMatchObject({
      state: 'queued',
      form: wholeForm,
      problem: { code: 'unauthenticated' },
      next_try_at: null,
    })
    setToken('token')
    village()
    await sendWaiting(OWNER)
    expect((await after(id)).state).toBe('sent')
  })

  it('takes up a draft whose page died while it was sent', async () => {
    const { id } = await queued({ state: 'sending' })
    village()
    await sendWaiting(OWNER)
    expect((await after(id)).state).toBe('sent')
  })

  it('asks the person where the server may have forgotten the key', async () => {
    const at = new Date(Date.now() - 7 * 24 * 3600 * 1000).toISOString()
    const { id } = await queued({ attempt: { body: '{}', at } })
    const { calls } = village()
    await sendWaiting(OWNER)
    expect(await after(id)).toMatchObject({ state: 'refused', problem: { code: 'perhaps_sent' } })
    expect(calls).toEqual([])

    const looked = await changeDraft(id, (now) => queuedAgain(now, () => 'another-key'))
    expect(looked).toMatchObject({ state: 'queued', key: 'another-key', attempt: null })
    await sendWaiting(OWNER)
    expect((await after(id)).state).toBe('sent')
    const answered = queuedAgain(await after(id), () => 'never')
    expect(answered).not.toHaveProperty('key')
  })

  it('leaves what is being written alone', async () => {
    await queued({ state: 'editing' })
    const { calls } = village()
    expect(await sendWaiting(OWNER, true)).toEqual({ reached: null })
    expect(calls).toEqual([])
  })
})

describe('a change that met another', () => {
  const base = { form: wholeForm, photos: [] }
  const edit = { subject_id: 'listing-1', base_version: 1, base, submit: true }

  it('is shown field by field, and sent again on top of the newest', async () => {
    const form = { ...wholeForm, title: '柴鸡蛋', unit_label: '筐' }
    const { id } = await queued({ ...edit, form })
    const { calls, somebodyElseChanges } = village()
    somebodyElseChanges()
    await sendWaiting(OWNER)
    const draft = await after(id)
    expect(draft.state).toBe('conflict')
    const found = conflictOf(draft).map(({ field, verdict }) => `${field} ${verdict}`)
    expect(found.sort()).toEqual(['photos theirs', 'price theirs', 'title mine', 'unit_label open'])
    expect(resolved(draft, {})).toBeNull()

    await changeDraft(id, (now) => ({
      ...resolved(now, { unit_label: 'theirs' }),
      state: 'queued',
    }))
    await sendWaiting(OWNER)
    expect((await after(id)).state).toBe('sent')
    const last = calls.filter(({ method }) => method === 'PATCH').at(-1)
    expect(JSON.parse(last?.body ?? '')).toMatchObject({
      version: 2,
      title: '柴鸡蛋',
      unit_label: '箱',
      photo_ids: theirs.photo_ids,
      price: theirs.price,
    })
  })

  it('keeps a picture that lies on the phone and was not sent yet', async () => {
    const draft = await queued({ ...edit, form: wholeForm, state: 'conflict' }, picture)
    const met: Draft = { ...draft, theirs: { form: wholeForm, photos: [], version: 2 } }
    expect(resolved(met, {})?.photos).toEqual(draft.photos)
  })

  it('is never handed in where an approver decides by itself', async () => {
    await queued({ ...edit, form: { ...wholeForm, title: '柴鸡蛋' } })
    const { paths } = village()
    stubServer({
      'PATCH /api/v1/listings/listing-1': {
        body: { version: 1, pending_version: 2, actions: ['pause'] },
      },
    })
    await sendWaiting(OWNER)
    expect(paths()).toEqual([])
    expect((await listDrafts(OWNER))[0]?.state).toBe('sent')
  })
})

describe('one sender among tabs without Web Locks', () => {
  it('holds the lease until it is done, or until it has died', async () => {
    let now = 1000
    const clock = () => now
    let inner: boolean | null = null
    const outer = await withLease(
      async () => {
        inner = await withLease(() => Promise.resolve(), 'other', clock)
      },
      'one',
      clock,
    )
    expect([outer, inner]).toEqual([true, false])
    expect(await withLease(() => Promise.resolve(), 'other', clock)).toBe(true)

    const { leases } = await database()
    const name = 'yuanshan.drafts.sending'
    await leases.change(name, () => ({ id: name, holder: 'dead', until: 5000 }))
    expect(await withLease(() => Promise.resolve(), 'one', clock)).toBe(false)
    now = 5001
    expect(await withLease(() => Promise.resolve(), 'one', clock)).toBe(true)
  })

  it('stops when another has taken over', async () => {
    let now = 0
    const clock = () => now
    const slow = withLease(
      async (renew) => {
        now = 10 ** 6
        await withLease(
          async () => {
            await expect(renew()).rejects.toThrow('another tab')
          },
          'other',
          clock,
        )
      },
      'one',
      clock,
    )
    expect(await slow).toBe(true)
  })
})

describe('the copy of what the wizard needs', () => {
  it('is of the person at this phone alone, without numbers, and fetched once in a while', async () => {
    const { copies } = await database()
    await copies.change('user-2', () => copyOf('user-2', new Date().toISOString()))
    const user = reactive({ ...session.user, roles: ['coordinator' as const], grants: [] })
    const village = { code: '510824115216', name: '岫云村' }
    const household = { id: 'household-1', alias: '王婶家', story: '病了', members: 2, village }
    const page = (data: unknown[]) => ({ body: { data, page: { next: null } } })
    const calls = stubServer({
      'GET /api/v1/households': page([household]),
      'GET /api/v1/desk/listings': page([{ ...eggs, template: null }]),
      'GET /api/v1/templates': page([]),
    })
    const copy = await refreshCopy(user)
    expect(copy?.households).toEqual([
      { id: 'household-1', alias: '王婶家', village: '岫云村', village_code: village.code },
    ])
    expect(JSON.stringify(copy)).not.toContain(session.user.phone_masked)
    expect((await copies.list()).map(({ owner }) => owner)).toEqual([OWNER])
    await refreshCopy(user)
    expect(calls).toHaveLength(3)
    await makeStale(OWNER)
    await refreshCopy(user)
    expect(calls).toHaveLength(6)
  })
})

describe('who is known without a network', () => {
  it('is the person whose copy lies here, for two weeks', async () => {
    const { copies } = await database()
    expect(await rememberedUser(OWNER)).toBeNull()
    const met_at = '2026-11-01T00:00:00Z'
    await copies.change(OWNER, () => copyOf(OWNER, met_at))
    expect((await rememberedUser(OWNER, new Date('2026-11-14T00:00:00Z')))?.id).toBe(OWNER)
    expect(await rememberedUser('user-2', new Date('2026-11-14T00:00:00Z'))).toBeNull()
    expect(await rememberedUser(OWNER, new Date('2026-11-16T00:00:00Z'))).toBeNull()
  })
})
