import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createPinia, setActivePinia } from 'pinia'
import { createMemoryHistory } from 'vue-router'
import { ApiError } from '../src/api/error'
import { createQueryClient } from '../src/api/query-client'
import { refresh } from '../src/api/token'
import type { Session } from '../src/api/types'
import { loadLocale } from '../src/locales'
import InvitePage from '../src/pages/shop/InvitePage.vue'
import LoginPage from '../src/pages/shop/LoginPage.vue'
import MeSecurityPage from '../src/pages/shop/MeSecurityPage.vue'
import { createAppRouter } from '../src/router'
import { followSession, leadToSecondFactor } from '../src/router/session'
import { useSessionStore } from '../src/stores/session'
import { session } from './support/fixtures'
import { render } from './support/render'
import { problem, stubServer } from './support/server'

afterEach(() => (document.body.innerHTML = ''))

const coordinator: Session = {
  ...session,
  user: {
    ...session.user,
    roles: ['buyer', 'coordinator'],
    grants: [
      {
        role: 'coordinator',
        region: { code: '510824115216', name: '岫云村' },
        valid_until: null,
      },
    ],
    second_factor: 'required',
  },
}
const LOGIN = 'POST /api/v1/auth/login'

/** As after the first page of a visit: nothing is left to restore. */
async function signedIn(as: Session) {
  setActivePinia(createPinia())
  const store = useSessionStore()
  await store.restore()
  store.accept(as)
  return store
}

async function fillLogin() {
  const rendered = await render(LoginPage, { path: '/login?next=/me' })
  const [phone, password] = rendered.wrapper.findAll('input')
  await phone?.setValue('13900000001')
  await password?.setValue('secret-enough')
  await rendered.wrapper.get('form').trigger('submit')
  await flushPromises()
  return rendered
}

describe('the second step of signing in', () => {
  it('is asked for where the account has one, and sent with the first', async () => {
    const calls = stubServer({
      [LOGIN]: ({ body }) =>
        JSON.parse(body).totp === '123456'
          ? { body: session }
          : { status: 401, body: problem('totp_required') },
    })
    const { wrapper, router } = await fillLogin()
    const code = wrapper.get('input')
    expect(code.attributes()).toMatchObject({
      inputmode: 'numeric',
      autocomplete: 'one-time-code',
    })
    expect(document.activeElement).toBe(code.element)
    await code.setValue('123 456')
    await wrapper.get('form').trigger('submit')
    await vi.waitFor(() => expect(router.currentRoute.value.fullPath).toBe('/me'))
    expect(JSON.parse(calls.filter(({ path }) => path.endsWith('/login'))[1]?.body ?? '')).toEqual({
      phone: '13900000001',
      password: 'secret-enough',
      totp: '123456',
    })
  })

  it('says at the field that a code is wrong, and takes a recovery code as well', async () => {
    const codes = ['totp_required', 'wrong_totp']
    stubServer({ [LOGIN]: () => ({ status: 401, body: problem(codes.shift() ?? '') }) })
    const { wrapper } = await fillLogin()
    await wrapper.get('input').setValue('000000')
    await wrapper.get('form').trigger('submit')
    await flushPromises()
    expect(wrapper.get('input').attributes('aria-invalid')).toBe('true')
    const other = wrapper.findAll('button').find((button) => button.text().includes('恢复码'))
    await other?.trigger('click')
    expect(wrapper.get('label').text()).toBe('恢复码')
    expect(wrapper.get('input').element.value).toBe('')
  })

  it('says how long to wait after too many tries', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] })
    const body = problem('too_many_attempts', { retry_after_s: 2 })
    stubServer({ [LOGIN]: { status: 429, body } })
    const { wrapper } = await fillLogin()
    const button = wrapper.get('button[type=submit]')
    expect(button.text()).toBe('再等 0:02')
    expect(button.attributes('disabled')).toBeDefined()
    vi.advanceTimersByTime(2000)
    await flushPromises()
    expect(button.text()).toBe('登录')
    expect(button.attributes('disabled')).toBeUndefined()
    vi.useRealTimers()
  })
})

describe('staff without a second factor', () => {
  it('are led to set one up, and told where they were going', async () => {
    await loadLocale('zh-CN')
    await signedIn(coordinator)
    const router = createAppRouter(createMemoryHistory())
    await router.push('/desk/orders?state=paid')
    expect(router.currentRoute.value.name).toBe('me-security')
    expect(router.currentRoute.value.query.next).toBe('/desk/orders?state=paid')
  })

  it('are led there as well when the server refuses this very device', async () => {
    await signedIn({ ...coordinator, user: { ...coordinator.user, second_factor: 'active' } })
    const router = createAppRouter(createMemoryHistory())
    await router.push('/desk')
    leadToSecondFactor(router, new ApiError(403, problem('forbidden')))
    leadToSecondFactor(router, new ApiError(403, problem('second_factor_required')))
    await vi.waitFor(() => expect(router.currentRoute.value.name).toBe('me-security'))
    expect(router.currentRoute.value.query.next).toBe('/desk')
  })

  it('see the recovery codes once, and go on from there', async () => {
    let isSetUp = false
    stubServer({
      'GET /api/v1/me': () => ({
        body: { ...coordinator.user, second_factor: isSetUp ? 'active' : 'required' },
      }),
      'GET /api/v1/me/sessions': { body: { data: [] } },
      'POST /api/v1/me/totp': { body: { secret: 'ABC', uri: 'otpauth://', qr_svg: '<svg/>' } },
      'POST /api/v1/me/totp/confirm': () => {
        isSetUp = true
        return { body: { recovery_codes: ['ABCDE12345'] } }
      },
    })
    const { wrapper, router } = await render(MeSecurityPage)
    useSessionStore().accept(coordinator)
    await router.push('/desk')
    const press = async (text: string) => {
      const button = wrapper.findAll('button').find((each) => each.text() === text)
      await button?.trigger(button.attributes('type') === 'submit' ? 'submit' : 'click')
      await flushPromises()
    }
    await press('设置两步验证')
    await wrapper.get('input[type=password]').setValue('secret-enough')
    await press('设置两步验证')
    expect(wrapper.get('img').attributes('src')).toContain('data:image/svg+xml')
    expect(wrapper.get('code').text()).toBe('ABC')
    await wrapper.get('input[autocomplete=one-time-code]').setValue('123456')
    await press('确认，开启')
    expect(wrapper.findAll('code').map((code) => code.text())).toEqual(['ABCDE-12345'])
    await press('我已经存好')
    await vi.waitFor(() => expect(router.currentRoute.value.fullPath).toBe('/desk'))
  })
})

describe('a session that ends elsewhere', () => {
  it('takes what was fetched with it, and leads to the door and back', async () => {
    await signedIn(session)
    stubServer({ 'POST /api/v1/auth/refresh': { status: 401, body: problem('unauthenticated') } })
    const router = createAppRouter(createMemoryHistory())
    const queries = createQueryClient()
    followSession(router, queries)
    await router.push('/orders?state=paid')
    queries.setQueryData(['orders'], ['mine'])
    await refresh()
    expect(queries.getQueryData(['orders'])).toBeUndefined()
    await vi.waitFor(() => expect(router.currentRoute.value.name).toBe('login'))
    expect(router.currentRoute.value.query.next).toBe('/orders?state=paid')
  })

  it('leaves a reader of a public page where they are', async () => {
    await signedIn(session)
    stubServer({ 'POST /api/v1/auth/refresh': { status: 401, body: problem('unauthenticated') } })
    const router = createAppRouter(createMemoryHistory())
    followSession(router, createQueryClient())
    await router.push('/villages')
    await refresh()
    await flushPromises()
    expect(router.currentRoute.value.name).toBe('villages')
    expect(useSessionStore().isSignedIn).toBe(false)
  })

  it('is not what signing out is', async () => {
    const store = await signedIn(session)
    store.clear()
    expect(store.isLost).toBe(false)
  })
})

describe('the link of an invitation', () => {
  const offer = {
    role: 'coordinator',
    region: { code: '510824115216', name: '岫云村' },
    invited_by: '演示·管理员',
    valid_until: null,
    expires_at: '2026-12-01T00:00:00Z',
  }
  const LOOK = 'POST /api/v1/auth/invitations/look'

  it('is read, and its token taken out of the address', async () => {
    const calls = stubServer({ [LOOK]: { body: offer } })
    const { wrapper, router } = await render(InvitePage, { path: '/invite#the-token' })
    await flushPromises()
    expect(router.currentRoute.value.fullPath).toBe('/invite')
    expect(JSON.parse(calls[0]?.body ?? '')).toEqual({ token: 'the-token' })
    expect(wrapper.text()).toContain('村协调员')
    expect(wrapper.text()).toContain('岫云村')
  })

  it('says so when it is no longer good', async () => {
    stubServer({ [LOOK]: { status: 410, body: problem('invitation_gone') } })
    const { wrapper } = await render(InvitePage, { path: '/invite#used' })
    await flushPromises()
    expect(wrapper.text()).toContain('这个邀请不能用了')
    expect(wrapper.find('form').exists()).toBe(false)
  })

  it('can be taken by the person who is signed in', async () => {
    const calls = stubServer({
      [LOOK]: { body: offer },
      'POST /api/v1/me/invitations/accept': { body: coordinator.user },
    })
    const { wrapper, router } = await render(InvitePage, { path: '/invite#mine' })
    useSessionStore().accept(session)
    await flushPromises()
    const accept = wrapper
      .findAll('button')
      .find((button) => button.text().startsWith('用 成都陈家'))
    await accept?.trigger('click')
    await vi.waitFor(() => expect(router.currentRoute.value.name).toBe('me-security'))
    expect(router.currentRoute.value.query.next).toBe('/desk')
    expect(JSON.parse(calls.at(-1)?.body ?? '')).toEqual({ token: 'mine' })
  })
})
