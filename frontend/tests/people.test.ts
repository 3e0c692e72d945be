import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import type { Household, Person } from '../src/api/types'
import AppReasonField from '../src/components/app/AppReasonField.vue'
import { asPublic } from '../src/components/household/as-public'
import { fieldsFor } from '../src/components/household/consent-fields'
import ConsentForm from '../src/components/household/ConsentForm.vue'
import { changesOf } from '../src/components/household/household-changes'
import { guardiansOf } from '../src/components/household/person-fields'
import { daysSince } from '../src/components/keys/key-age'
import { inHalves } from '../src/components/helper/helper-code'
import OrderDelivery from '../src/components/order/OrderDelivery.vue'
import OrderLines from '../src/components/order/OrderLines.vue'
import MeDeletionPage from '../src/pages/shop/MeDeletionPage.vue'
import { order, session } from './support/fixtures'
import { render } from './support/render'
import { stubServer } from './support/server'

afterEach(() => (document.body.innerHTML = ''))

const photo = {
  id: 'p',
  urls: { small: '/s', medium: '/m', large: '/l' },
  width: 40,
  height: 30,
  placeholder: null,
  person_id: 'head',
  is_public: true,
}
const household: Household = {
  id: 'household-1',
  village: { code: '510824115216', name: '岫云村' },
  alias: '王婶家',
  story: '养鸡',
  members: 3,
  public_fields: ['alias'],
  photos: [photo, { ...photo, id: 'q', is_public: false }],
  created_at: '2026-01-01T00:00:00Z',
}
const head: Person = {
  id: 'head',
  relation: 'head',
  is_minor: false,
  guardian_id: null,
  name_masked: '王**',
  phone_masked: null,
  id_number_masked: null,
  bank_account_masked: null,
  created_at: '2026-01-01T00:00:00Z',
  erased_at: null,
}
const grandson: Person = { ...head, id: 'child', relation: 'grandchild', is_minor: true }

describe('what everybody sees of a household', () => {
  it('is less than staff are told', () => {
    const shown = asPublic(household)
    expect([shown.alias, shown.story, shown.photos.length]).toEqual(['王婶家', null, 1])
  })

  it('is all that the public was given', () => {
    expect(asPublic({ ...household, public_fields: undefined }).story).toBe('养鸡')
  })

  it('has a name of its own where there is no alias', async () => {
    const [line] = order.lines
    const lines = [{ ...line, household: { id: 'household-1', alias: null } }]
    const { wrapper } = await render(OrderLines, { props: { lines, totalFen: 9600 } })
    expect(wrapper.text()).toContain('一户农家 得')
  })
})

describe('a changed household', () => {
  const same = { alias: '王婶家', story: '养鸡', members: '3' }

  it('is sent only where it differs', () => {
    expect(changesOf(household, same)).toEqual({})
    expect(changesOf(household, { ...same, story: '养鸡和鸭' })).toEqual({ story: '养鸡和鸭' })
  })

  it('loses what was emptied', () => {
    expect(changesOf(household, { ...same, story: ' ', members: '' })).toEqual({
      story: null,
      members: null,
    })
  })
})

describe('a consent', () => {
  it('to the words of a household is the head’s', () => {
    expect(fieldsFor('publication', head)).toEqual(['alias', 'story', 'photo'])
    expect(fieldsFor('publication', grandson)).toEqual(['photo'])
    expect(fieldsFor('contact', grandson)).toEqual(['phone'])
  })

  it('for a minor is an adult’s who is still there', () => {
    const gone = { ...head, id: 'gone', erased_at: '2026-01-02T00:00:00Z' }
    expect(guardiansOf([head, grandson, gone], 'child')).toEqual([head])
  })

  it('of a minor is not sent without a guardian', async () => {
    const calls = stubServer({
      'POST /api/v1/households/household-1/consents': { status: 201, body: { data: [] } },
    })
    const { wrapper } = await render(ConsentForm, {
      props: { householdId: 'household-1', people: [head, grandson] },
    })
    await wrapper.get('select').setValue('child')
    await wrapper.get('input[type=checkbox]').setValue(true)
    await wrapper.get('form').trigger('submit')
    expect(wrapper.text()).toContain('请选监护人')
    expect(calls).toEqual([])
    await wrapper.findAll('select')[2]?.setValue('head')
    await wrapper.get('form').trigger('submit')
    await flushPromises()
    expect(JSON.parse(calls[0]?.body ?? '')).toEqual({
      person_id: 'child',
      purpose: 'publication',
      fields: ['photo'],
      medium: 'tap',
      guardian_id: 'head',
    })
  })
})

describe('a reason', () => {
  it('is a ready one by one tap, or one’s own words', async () => {
    const { wrapper } = await render(AppReasonField, {
      props: { modelValue: '', label: '为什么', ready: ['打包发货'] },
    })
    const [packing, other] = wrapper.findAll('input')
    await packing?.trigger('change')
    await other?.trigger('change')
    await wrapper.get('input[type=text]').setValue('问路')
    expect(wrapper.emitted('update:modelValue')?.flat()).toEqual(['打包发货', '', '问路'])
  })
})

describe('a masked address', () => {
  const masked = { ...order, address: { ...order.address!, phone: '138****8000', is_masked: true } }

  it('is shown in full with a reason, and masked again elsewhere', async () => {
    const calls = stubServer({
      'POST /api/v1/orders/order-1/unmask': { body: { ...order.address, is_masked: false } },
    })
    const { wrapper } = await render(OrderDelivery, { props: { order: masked } })
    expect(wrapper.text()).toContain('138****8000')
    await wrapper.get('button').trigger('click')
    await flushPromises()
    await wrapper.get('dialog input[type=radio]').trigger('change')
    await wrapper.get('dialog form').trigger('submit')
    await flushPromises()
    expect(JSON.parse(calls[0]?.body ?? '')).toEqual({ reason: '打包发货' })
    expect(wrapper.text()).toContain('13800138000')
    await wrapper.setProps({ order: { ...masked, id: 'order-2' } })
    expect(wrapper.text()).toContain('138****8000')
  })

  it('stays masked where there is no parcel', async () => {
    const { wrapper } = await render(OrderDelivery, {
      props: { order: { ...masked, state: 'cancelled' } },
    })
    expect(wrapper.find('button').exists()).toBe(false)
  })
})

describe('deleting an account', () => {
  const plan = { erased: ['phone'], kept: [], orders_open: [], is_last_administrator: false }
  const open = async (now: object) => {
    stubServer({
      'GET /api/v1/me/deletion': { body: { ...plan, ...now } },
      'GET /api/v1/me': { body: session.user },
    })
    return (await render(MeDeletionPage)).wrapper.text()
  }

  it('is offered when nothing stands in the way', async () => {
    expect(await open({})).toContain('再也不能登录')
  })

  it('waits for open orders, and names them', async () => {
    const text = await open({ orders_open: ['YS1', 'YS2'] })
    expect(text).toContain('YS1、YS2')
    expect(text).not.toContain('再也不能登录')
  })

  it('waits for another administrator', async () => {
    const text = await open({ is_last_administrator: true })
    expect(text).toContain('最后一位管理员')
    expect(text).not.toContain('再也不能登录')
  })
})

describe('small texts', () => {
  it('read six digits in halves', () => {
    expect(inHalves('204816')).toBe('204 816')
  })

  it('count whole days, and none of a clock that is ahead', () => {
    const now = new Date('2026-11-24T12:00:00Z')
    expect(daysSince('2026-11-22T13:00:00Z', now)).toBe(1)
    expect(daysSince('2026-11-24T13:00:00Z', now)).toBe(0)
  })
})
