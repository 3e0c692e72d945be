import { describe, expect, it } from 'vitest'
import { blankForm, toStandard } from '../src/components/template/template-form'
import { wholeForm } from './support/drafts'
import { patchOf } from '../src/drafts/listing-form'

describe('the words of a listing', () => {
  it('go out as they are, and what is emptied is taken away', () => {
    const form = { ...wholeForm, origin: ' ', description: '一天一捡。' }
    expect(patchOf(form, [], 1)).toMatchObject({
      version: 1,
      description: '一天一捡。',
      origin: null,
      premium_reason: null,
      label: { ingredients: null, producer: null, storage: null },
    })
  })
})

describe('a product standard', () => {
  it('is sent in whole numbers and fen, without what was left empty', () => {
    const form = blankForm()
    Object.assign(form, { pack_quantity: '30', cost_floor: '30.5', weight_min_g: '' })
    const sent = toStandard(form)
    expect([sent.pack_quantity, sent.cost_floor_fen, sent.weight_min_g]).toEqual([30, 3050, null])
    expect([sent.claim_window_h, sent.capacity_unit, sent.standard]).toEqual([48, null, null])
  })
})
