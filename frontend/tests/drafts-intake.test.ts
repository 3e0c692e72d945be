import { beforeEach, describe, expect, it } from 'vitest'
import {
  countOf,
  emptyIntake,
  faultsOf,
  type IntakeForm,
  intakeBody,
  netOf,
} from '../src/drafts/intake-form'
import { emptyForm } from '../src/drafts/listing-form'
import { sendWaiting } from '../src/drafts/queue'
import { findDraft, keepDraft, newDraft } from '../src/drafts/store'
import { asIntake, type Draft } from '../src/drafts/types'
import { freshPhone, OWNER } from './support/drafts'
import { problem, stubServer } from './support/server'

const weighed: IntakeForm = {
  ...emptyIntake(new Date('2026-09-20T01:00:00Z')),
  household_id: 'household-1',
  template_id: 'template-1',
  gross_g: '5600',
  tare_g: '400',
  counted: '100',
  candled_bad: '2',
  scale_id: '1',
}

beforeEach(freshPhone)

/** A weighing that waits to be sent. */
async function waiting(): Promise<Draft> {
  const draft = {
    ...newDraft({ owner: OWNER, form: emptyForm() }),
    kind: 'intake',
    form: weighed,
    state: 'queued',
  } as unknown as Draft
  await keepDraft(draft)
  return draft
}

describe('an intake as it is typed', () => {
  it('knows net, and what is missing', () => {
    expect(netOf(weighed)).toBe(5200)
    expect(netOf({ gross_g: '400', tare_g: '400' })).toBeNull()
    expect(countOf('0')).toBe(0)
    expect(countOf('一')).toBeNull()
    expect(faultsOf(weighed, true)).toEqual([])
    expect(faultsOf({ ...weighed, counted: '' }, true)).toEqual(['counted'])
    expect(faultsOf({ ...weighed, counted: '' }, false)).toEqual([])
    expect(faultsOf({ ...weighed, rejected: '3' }, true)).toEqual(['reject_reason'])
    expect(faultsOf(emptyIntake(), true)).toEqual([
      'household_id',
      'template_id',
      'gross_g',
      'counted',
      'scale_id',
    ])
  })

  it('says what is good of what was candled', () => {
    expect(intakeBody(weighed, ['photo-1'])).toMatchObject({
      candled_good: 98,
      candled_bad: 2,
      photo_ids: ['photo-1'],
      taken_at: '2026-09-20T01:00:00.000Z',
      band_reason: null,
    })
  })
})

describe('an intake in the queue', () => {
  it('goes out again under the same key and with the same words when the answer was lost', async () => {
    const { id } = await waiting()
    let isLost = true
    const calls = stubServer({
      'POST /api/v1/intakes': () => {
        if (isLost) return new TypeError('failed to fetch')
        return { status: 201, body: { intake: { id: 'intake-1' }, batch: null } }
      },
    })
    await sendWaiting(OWNER)
    expect((await findDraft(id, OWNER))?.attempt).not.toBeNull()
    isLost = false
    await sendWaiting(OWNER, true)
    const sent = await findDraft(id, OWNER)
    expect(sent).toMatchObject({ state: 'sent', subject_id: 'intake-1', attempt: null })
    expect(new Set(calls.map(({ headers }) => headers.get('Idempotency-Key')))).toEqual(
      new Set([id]),
    )
    expect(new Set(calls.map(({ body }) => body)).size).toBe(1)
  })

  it('comes back with the words of the server, and can be written on', async () => {
    const { id } = await waiting()
    stubServer({
      'POST /api/v1/intakes': { status: 409, body: problem('weight_out_of_band') },
    })
    await sendWaiting(OWNER)
    const refused = await findDraft(id, OWNER)
    expect(refused).toMatchObject({ state: 'refused', attempt: null })
    expect(refused?.problem?.code).toBe('weight_out_of_band')
    expect(refused && asIntake(refused)?.form).toEqual(weighed)
  })
})
