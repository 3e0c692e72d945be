import { describe, expect, it } from 'vitest'
import { ApiError } from '../src/api/error'
import {
  emptyForm,
  faultsOf,
  firstFaultyStep,
  nextStep,
  priceOf,
  priceTexts,
  stepOf,
} from '../src/drafts/listing-form'
import { changesBetween, isSame, merged } from '../src/drafts/merge'
import { copyable, fitting, fromListing, fromNothing, fromTemplate } from '../src/drafts/prefill'
import {
  isDue,
  isForgettable,
  isKeyStale,
  isUnknown,
  lastSent,
  outcomeOf,
  waitSeconds,
} from '../src/drafts/rules'
import { theirs, wholeForm } from './support/drafts'
import { eggs } from './support/fixtures'
import { problem } from './support/server'

const refusal = (status: number, code: string, more = {}) =>
  new ApiError(status, problem(code, more))

describe('what an answer means for a draft', () => {
  it.each([
    ['no answer', ApiError.network(), 'queued', 5],
    ['a server that is ill', refusal(503, 'internal'), 'queued', 5],
    ['too many requests', refusal(429, 'too_many', { retry_after_s: 77 }), 'queued', 77],
    ['a lost session', refusal(401, 'unauthenticated'), 'queued', null],
    ['a missing second step', refusal(403, 'second_factor_required'), 'queued', null],
    ['a field that is wrong', refusal(422, 'invalid_body'), 'refused', undefined],
    ['a grant that ended', refusal(403, 'forbidden'), 'refused', undefined],
    ['a listing in review', refusal(409, 'wrong_state'), 'refused', undefined],
    ['somebody else’s change', refusal(409, 'version_conflict'), 'conflict', undefined],
    ['a fault of our own', new TypeError('oops'), 'refused', undefined],
  ])('%s', (_, error, state, waitS) => {
    const outcome = outcomeOf(error, 1)
    expect(outcome.state).toBe(state)
    expect('waitS' in outcome ? outcome.waitS : undefined).toBe(waitS)
  })

  it('keeps the fields that were named', () => {
    const errors = [{ pointer: '/stock', code: 'invalid_value', detail: '太多' }]
    const outcome = outcomeOf(refusal(422, 'invalid_body', { errors }), 1)
    expect(outcome.problem?.errors).toEqual(errors)
  })

  it('waits twice as long each time, at most ten minutes', () => {
    expect([1, 2, 3, 7, 8, 60].map(waitSeconds)).toEqual([5, 10, 20, 320, 600, 600])
  })

  it('knows what may have arrived', () => {
    expect(isUnknown(ApiError.network())).toBe(true)
    expect(isUnknown(refusal(502, 'bad_gateway'))).toBe(true)
    expect(isUnknown(refusal(422, 'invalid_body'))).toBe(false)
  })
})

describe('when a draft is due', () => {
  const now = new Date('2026-11-24T10:00:00Z')
  it.each([
    ['queued', null, true],
    ['queued', '2026-11-24T09:59:59Z', true],
    ['queued', '2026-11-24T10:00:01Z', false],
    ['sending', null, true],
    ['editing', null, false],
    ['refused', null, false],
    ['conflict', null, false],
    ['sent', null, false],
  ] as const)('%s, next try %s: %s', (state, next_try_at, due) => {
    expect(isDue({ state, next_try_at }, now)).toBe(due)
  })

  it('is not sent by itself once the server may have forgotten its key', () => {
    const attempt = { body: '{}', at: '2026-11-17T10:00:00Z' }
    expect(isKeyStale({ attempt }, now)).toBe(true)
    expect(isKeyStale({ attempt: { ...attempt, at: '2026-11-20T10:00:00Z' } }, now)).toBe(false)
    expect(isKeyStale({ attempt: null }, now)).toBe(false)
  })

  it('is forgotten a week after it was sent, and never before it was', () => {
    expect(isForgettable({ state: 'sent', sent_at: '2026-11-17T09:00:00Z' }, now)).toBe(true)
    expect(isForgettable({ state: 'sent', sent_at: '2026-11-18T09:00:00Z' }, now)).toBe(false)
    expect(isForgettable({ state: 'queued', sent_at: null }, now)).toBe(false)
  })

  it('tells when one was sent last', () => {
    expect(lastSent([{ sent_at: '2026-11-18T09:00:00Z' }, { sent_at: null }])).toBe(
      '2026-11-18T09:00:00Z',
    )
    expect(lastSent([])).toBeNull()
  })
})

describe('two versions of one thing', () => {
  interface Thing {
    title: string
    unit: string
    price: { farmer: string; freight: string }
    photos: string[]
  }
  const base: Thing = {
    title: '土鸡蛋',
    unit: '盒',
    price: { farmer: '33', freight: '7' },
    photos: ['a', 'b'],
  }
  const changed = (change: Partial<Thing>): Thing => ({ ...base, ...change })
  const dear = { farmer: '40', freight: '7' }
  const cheap = { farmer: '30', freight: '7' }

  it.each<[string, Thing | null, Thing, Thing, Record<string, string>]>([
    ['nothing changed', base, base, base, {}],
    ['only mine', base, changed({ title: '柴鸡蛋' }), base, { title: 'mine' }],
    ['only theirs', base, base, changed({ unit: '箱' }), { unit: 'theirs' }],
    ['both, and the same', base, changed({ unit: '箱' }), changed({ unit: '箱' }), {}],
    [
      'both, and not the same',
      base,
      changed({ unit: '箱' }),
      changed({ unit: '袋' }),
      { unit: 'open' },
    ],
    [
      'different fields',
      base,
      changed({ title: '柴' }),
      changed({ unit: '箱' }),
      { title: 'mine', unit: 'theirs' },
    ],
    [
      'a price is one thing',
      base,
      changed({ price: dear }),
      changed({ price: cheap }),
      { price: 'open' },
    ],
    ['an order of photos', base, changed({ photos: ['b', 'a'] }), base, { photos: 'mine' }],
    [
      'photos taken away by both',
      base,
      changed({ photos: ['a'] }),
      changed({ photos: ['b'] }),
      { photos: 'open' },
    ],
    ['nobody knows the beginning', null, changed({ unit: '箱' }), base, { unit: 'open' }],
  ])('%s', (_, before, mine, theirs, verdicts) => {
    const found = changesBetween(before, mine, theirs)
    expect(Object.fromEntries(found.map(({ field, verdict }) => [field, verdict]))).toEqual(
      verdicts,
    )
  })

  it('become one only when every open field is chosen', () => {
    const mine = changed({ title: '柴鸡蛋', unit: '箱' })
    const theirs = changed({ unit: '袋', photos: [] })
    const changes = changesBetween(base, mine, theirs)
    expect(merged(theirs, changes, {})).toBeNull()
    expect(merged(theirs, changes, { unit: 'mine' })).toEqual({
      ...base,
      title: '柴鸡蛋',
      unit: '箱',
      photos: [],
    })
    expect(merged(theirs, changes, { unit: 'theirs', title: 'theirs', photos: 'mine' })).toEqual({
      ...base,
      unit: '袋',
    })
  })

  it('merges to what one would get by hand, whichever way one looks', () => {
    const mine = changed({ title: '柴鸡蛋' })
    const theirs = changed({ unit: '箱', price: dear })
    const one = merged(theirs, changesBetween(base, mine, theirs), {})
    const other = merged(mine, changesBetween(base, theirs, mine), {})
    expect(one).toEqual(other)
  })

  it.each([
    [{ a: ['x'] }, { a: ['x'] }, true],
    [{ a: ['x'] }, { a: ['x', 'y'] }, false],
    [{ a: undefined }, { b: undefined }, false],
    [[], {}, false],
    [null, {}, false],
    ['', null, false],
  ])('%j is %j: %s', (one, other, same) => {
    expect(isSame(one, other)).toBe(same)
  })
})

describe('a listing’s form', () => {
  const whole = wholeForm

  it('misses nothing when it is whole', () => {
    expect(faultsOf(whole)).toEqual({})
    expect(firstFaultyStep(Object.keys(faultsOf(whole)))).toBeNull()
  })

  it('leads to the first step with something missing', () => {
    const faults = faultsOf({ ...whole, title: ' ', stock: '0' })
    expect(faults).toEqual({ '/title': 'form.required', '/stock': 'form.wholeNumber' })
    expect(firstFaultyStep(Object.keys(faults))).toBe('template')
    expect(firstFaultyStep(Object.keys(faultsOf(emptyForm())))).toBe('household')
  })

  it('knows the step of whatever the server points at', () => {
    expect(stepOf('/price/farmer_pay_fen')).toBe('price')
    expect(stepOf('/photo_ids/2')).toBe('photo')
    expect(stepOf('/household_id')).toBe('household')
    expect(stepOf('/something_new')).toBe('price')
  })

  it('goes on where one was', () => {
    expect(nextStep(emptyForm(), 0)).toBe('household')
    expect(nextStep({ ...emptyForm(), household_id: 'h' }, 0)).toBe('template')
    expect(nextStep(whole, 0)).toBe('photo')
    expect(nextStep(whole, 1)).toBe('price')
  })

  it('gives a price back as it was, to the fen', () => {
    expect(priceOf(priceTexts(eggs.price))).toEqual({ price: eggs.price, bad: [] })
    expect(priceOf({ ...priceTexts(eggs.price), freight_fen: '七块' }).bad).toEqual(['freight_fen'])
  })
})

describe('what is filled in', () => {
  const template = {
    id: 'template-eggs',
    region_code: '510824',
    class: 'primary' as const,
    title: '土鸡蛋 30 枚/盒',
    category: 'eggs',
    unit_label: '盒',
    base: 'piece' as const,
    pack_quantity: 30,
  }
  const copy = (id: string, household_id: string, farmer: number, title = eggs.title) => ({
    ...theirs,
    id,
    household_id,
    version: 1,
    template_id: template.id as string | null,
    title,
    sale_kind: 'goods' as const,
    origin: '屋后的柏树林',
    price: { ...eggs.price, farmer_pay_fen: farmer },
  })
  const listings = [copy('1', 'other', 3000), copy('2', 'own', 3300), copy('3', 'own', 1000)]

  it('is the template’s words and the price that this household had last', () => {
    const filled = fromTemplate(template, 'own', listings)
    expect(filled.price.farmer_pay_fen).toBe('33.00')
    expect(filled).toMatchObject({ title: template.title, unit_label: '盒', net_weight_g: '' })
  })

  it('is the price of another household where this one has none, and none where nobody has', () => {
    expect(fromTemplate(template, 'new', listings).price.farmer_pay_fen).toBe('30.00')
    expect(fromTemplate(template, 'new', []).price.farmer_pay_fen).toBe('')
  })

  it('is the weight of the pack where the template counts grams', () => {
    const jar = { ...template, base: 'gram' as const, pack_quantity: 500 }
    expect(fromTemplate(jar, 'own', []).net_weight_g).toBe('500')
  })

  it('never takes over household and stock', () => {
    for (const filled of [
      fromListing(listings[0]!, 'own'),
      fromTemplate(template, 'own', []),
      fromNothing(),
    ]) {
      expect(filled).not.toHaveProperty('household_id')
      expect(filled).not.toHaveProperty('stock')
    }
  })

  it('leaves with another household what is true of it alone', () => {
    expect(fromListing(listings[0]!, 'own').origin).toBe('')
    expect(fromListing(listings[1]!, 'own').origin).toBe('屋后的柏树林')
  })

  it('offers the templates of the places around the household’s village', () => {
    const elsewhere = { ...template, id: 'other', region_code: '5134' }
    const household = { id: 'own', alias: null, village: '岫云村', village_code: '510824115216' }
    expect(fitting([template, elsewhere], household).map(({ id }) => id)).toEqual([template.id])
    expect(fitting([template, elsewhere], undefined)).toHaveLength(2)
  })

  it('offers each title once, the household’s own first', () => {
    const more = [...listings, copy('4', 'other', 1, '蜂蜜')]
    expect(copyable(more, 'own', 5).map(({ id }) => id)).toEqual(['2', '4'])
    expect(copyable(more, 'own', 1)).toHaveLength(1)
  })
})
