import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createPinia, setActivePinia } from 'pinia'
import AppStepper from '../src/components/app/AppStepper.vue'
import OrderActions from '../src/components/order/OrderActions.vue'
import PriceCard from '../src/components/price/PriceCard.vue'
import PriceFields from '../src/components/price/PriceFields.vue'
import ListingsPage from '../src/pages/shop/ListingsPage.vue'
import LoginPage from '../src/pages/shop/LoginPage.vue'
import { useSessionStore } from '../src/stores/session'
import { emptyPrice } from '../src/drafts/listing-form'
import { eggs, order, session } from './support/fixtures'
import { render } from './support/render'
import { problem, stubServer } from './support/server'

afterEach(() => (document.body.innerHTML = ''))

describe('PriceCard', () => {
  it('names every part that has money in it, the farmer’s share first, and the sum', async () => {
    const { wrapper } = await render(PriceCard, { props: { price: eggs.price } })
    const rows = wrapper
      .findAll('dl > div')
      .map((row) => `${row.get('dt').text()} ${row.get('dd').text()}`)
    expect(rows).toEqual([
      '农户所得 69% ¥33.00',
      '合作社服务费 4% ¥2.00',
      '包装分拣 9% ¥4.50',
      '运费 15% ¥7.00',
      '村集体公益金 2% ¥1.00',
      '损耗准备 1% ¥0.50',
      '合计 ¥48.00',
    ])
    expect(wrapper.text()).toContain('到农户手里，占 69%')
  })
})

describe('PriceFields', () => {
  it('adds up what is typed, says which amount is none, and keeps rare parts one tap away', async () => {
    const { wrapper } = await render(PriceFields, {
      props: {
        modelValue: { ...emptyPrice(), farmer_pay_fen: '33', freight_fen: '1.005' },
        errorAt: () => undefined,
      },
    })
    expect(wrapper.findAll('input')).toHaveLength(2)
    expect(wrapper.text()).toContain('请填金额，如 33 或 33.50')
    expect(wrapper.text()).toContain('售价¥33.00')
    await wrapper.get('button').trigger('click')
    expect(wrapper.findAll('input')).toHaveLength(9)
  })
})

describe('AppStepper', () => {
  it('is three named controls and keeps within its bounds', async () => {
    const { wrapper } = await render(AppStepper, {
      props: { label: '数量', max: 3, modelValue: 3 },
    })
    const [less, more] = wrapper.findAll('button')
    expect(less?.attributes('aria-label')).toBe('数量：减一')
    expect(more?.attributes('disabled')).toBeDefined()
    await wrapper.find('input').setValue('99')
    expect(wrapper.emitted('update:modelValue')).toBeUndefined()
    await less?.trigger('click')
    expect(wrapper.emitted('update:modelValue')).toEqual([[2]])
  })
})

describe('OrderActions', () => {
  it('offers what the server allows and nothing else', async () => {
    const { wrapper } = await render(OrderActions, { props: { order } })
    const names = wrapper.findAll('button').map((button) => button.text())
    expect(names).toEqual(['确认收货', '取消订单'])
  })

  it('asks once more before money is released', async () => {
    const calls = stubServer({
      'POST /api/v1/orders/order-1/receive': { body: { ...order, state: 'settled', actions: [] } },
    })
    const { wrapper } = await render(OrderActions, { props: { order } })
    await wrapper.findAll('button')[0]?.trigger('click')
    expect(calls).toHaveLength(0)
    const yes = wrapper.findAll('dialog button').find((button) => button.text() === '收到了')
    await yes?.trigger('click')
    await flushPromises()
    expect(calls.map(({ path }) => path)).toContain('/api/v1/orders/order-1/receive')
  })
})

describe('ListingsPage', () => {
  const page = { data: [{ ...eggs, photo: null }], page: { next: null }, corrected: null }
  const none = { ...page, data: [] }

  it('helps on when nothing was found', async () => {
    stubServer({ 'GET /api/v1/listings': { body: none } })
    const { wrapper, router } = await render(ListingsPage, {
      path: '/listings?q=凤凰&in_stock=true',
    })
    // The empty state is fetched when it is wanted.
    await vi.waitFor(() => expect(wrapper.text()).toContain('没有找到'), 5_000)
    expect(wrapper.findAll('a').map((link) => link.text())).toContain('按村庄找')
    const without = wrapper.findAll('button').find((button) => button.text().startsWith('去掉筛选'))
    await without?.trigger('click')
    await flushPromises()
    expect(router.currentRoute.value.query).toEqual({ q: '凤凰' })
  })

  it('says what the words were taken for', async () => {
    stubServer({ 'GET /api/v1/listings': { body: { ...page, corrected: '土鸡蛋' } } })
    const { wrapper } = await render(ListingsPage, { path: '/listings?q=土鸡旦' })
    expect(wrapper.get('[role=status]').text()).toBe('没有找到“土鸡旦”，您是不是找“土鸡蛋”？')
    expect(wrapper.text()).toContain(eggs.title)
  })

  it('narrows by what the counts say, and keeps it in the address', async () => {
    const facets = {
      total: 3,
      categories: [{ category: 'eggs', count: 2 }],
      counties: [{ code: '510824', name: '苍溪县', count: 3 }],
      villages: [{ code: '510824115216', name: '岫云村', count: 3 }],
      in_season: 3,
      pre_order: 1,
      live_now: 0,
      corrected: null,
    }
    const calls = stubServer({
      'GET /api/v1/listings': { body: page },
      'GET /api/v1/listings/facets': { body: facets },
    })
    const { wrapper, router } = await render(ListingsPage, { path: '/listings' })
    await wrapper
      .findAll('button')
      .find((button) => button.text() === '筛选')
      ?.trigger('click')
    await vi.waitFor(() => expect(wrapper.text()).toContain('看这 3 样'), 5_000)
    expect(wrapper.text()).toContain('蛋（2）')
    expect(wrapper.text()).toContain('岫云村（3）')
    const ahead = wrapper.findAll('label').find((label) => label.text() === '可预订（1）')
    await ahead?.get('input').setValue(true)
    await flushPromises()
    expect(router.currentRoute.value.query).toEqual({ pre_order: 'true' })
    expect(calls.some(({ path }) => path === '/api/v1/listings')).toBe(true)
  })

  it('can be tried again after the network failed', async () => {
    let answers = 0
    stubServer({
      'GET /api/v1/listings': () => {
        answers += 1
        if (answers === 1) return new TypeError('failed to fetch')
        return { body: { data: [{ ...eggs, photo: null }], page: { next: null } } }
      },
    })
    const { wrapper } = await render(ListingsPage, { path: '/listings' })
    expect(wrapper.get('[role=alert]').text()).toContain('网络不好')
    await wrapper.get('[role=alert] button').trigger('click')
    await flushPromises()
    expect(wrapper.text()).toContain(eggs.title)
  })
})

describe('LoginPage', () => {
  it('shows the server’s message at the field it points at', async () => {
    const errors = [{ pointer: '/phone', code: 'unknown', detail: '没有这个号码' }]
    stubServer({
      'POST /api/v1/auth/login': { status: 422, body: problem('invalid_body', { errors }) },
    })
    const { wrapper } = await render(LoginPage, { path: '/login' })
    const [phone, password] = wrapper.findAll('input')
    await phone?.setValue('13900000001')
    await password?.setValue('secret-enough')
    await wrapper.get('form').trigger('submit')
    await flushPromises()
    const field = wrapper.get('input[type=tel]')
    expect(field.attributes('aria-invalid')).toBe('true')
    const message = field.attributes('aria-describedby') ?? ''
    expect(document.getElementById(message)?.textContent).toBe('没有这个号码')
  })

  it('goes on to where sign-in was asked for', async () => {
    stubServer({ 'POST /api/v1/auth/login': { body: session } })
    const { wrapper, router } = await render(LoginPage, { path: '/login?next=/me' })
    const [phone, password] = wrapper.findAll('input')
    await phone?.setValue('139 0000 0001')
    await password?.setValue('secret-enough')
    await wrapper.get('form').trigger('submit')
    await vi.waitFor(() => expect(router.currentRoute.value.fullPath).toBe('/me'))
  })
})

describe('a page for signed-in people', () => {
  it('sends strangers to sign in, and back', async () => {
    const { router } = await render(LoginPage)
    await router.push('/orders?state=paid')
    expect(router.currentRoute.value.name).toBe('login')
    expect(router.currentRoute.value.query.next).toBe('/orders?state=paid')
  })

  it('is closed to those without the role', async () => {
    setActivePinia(createPinia())
    const { router } = await render(LoginPage)
    useSessionStore().accept(session)
    await router.push('/audit')
    expect(router.currentRoute.value.name).toBe('forbidden')
  })

  it('opens after a reload when the cookie still renews the session', async () => {
    localStorage.setItem('yuanshan.signed-in', '1')
    stubServer({ 'POST /api/v1/auth/refresh': { body: session } })
    const { router } = await render(LoginPage, { path: '/me' })
    expect(router.currentRoute.value.name).toBe('me')
  })
})
