import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import type { Staff } from '../src/api/types'
import { dayEnd, dayStart, isBadPeriod } from '../src/components/staff/grant-choice'
import InvitationForm from '../src/components/staff/InvitationForm.vue'
import StaffGrants from '../src/components/staff/StaffGrants.vue'
import { useSessionStore } from '../src/stores/session'
import { session } from './support/fixtures'
import { render } from './support/render'
import { stubServer } from './support/server'

afterEach(() => (document.body.innerHTML = ''))

const grant: Staff['grants'][number] = {
  id: 'grant-1',
  role: 'coordinator',
  region: { code: '510824115216', name: '岫云村' },
  state: 'in_force',
  valid_from: '2026-01-01T00:00:00Z',
  valid_until: null,
  granted_by: null,
  granted_at: '2026-01-01T00:00:00Z',
  revoked_by: null,
  revoked_at: null,
}

describe('the days of a grant', () => {
  it('are days in China, the last one included', () => {
    expect(dayStart('2026-12-01')).toBe('2026-11-30T16:00:00.000Z')
    expect(dayEnd('2026-12-31')).toBe('2026-12-31T15:59:00.000Z')
    expect(dayStart('')).toBeUndefined()
  })

  it.each([
    ['', '', false],
    ['', '2026-06-01', false],
    ['2026-06-01', '2026-06-01', false],
    ['2026-06-02', '2026-06-01', true],
    ['', '2026-05-31', true],
  ])('from "%s" until "%s": bad is %s', (from, until, isBad) => {
    // The first of June in China already.
    expect(isBadPeriod(from, until, new Date('2026-05-31T17:00:00Z'))).toBe(isBad)
  })
})

describe('StaffGrants', () => {
  const buttons = async (props: { grants: Staff['grants']; isSelf: boolean }) =>
    (await render(StaffGrants, { props })).wrapper.findAll('li button').length

  it('offers to take back what is in force, of others only', async () => {
    const over = { ...grant, id: 'grant-2', state: 'expired' as const }
    expect(await buttons({ grants: [grant, over], isSelf: false })).toBe(1)
    expect(await buttons({ grants: [grant, over], isSelf: true })).toBe(0)
  })
})

describe('InvitationForm', () => {
  it('entrusts a whole region only when that is ticked', async () => {
    const calls = stubServer({
      'GET /api/v1/regions': { body: { data: [] } },
      'POST /api/v1/admin/invitations': {
        status: 201,
        body: { url: 'https://y.example/invite#t' },
      },
    })
    const own = { role: 'administrator', region: { code: '51', name: '四川省' }, valid_until: null }
    const { wrapper } = await render({
      components: { InvitationForm },
      setup() {
        useSessionStore().accept({
          ...session,
          user: { ...session.user, grants: [own as (typeof session.user.grants)[number]] },
        })
      },
      template: '<InvitationForm />',
    })
    await wrapper.get('select').setValue('auditor')
    await wrapper.get('form').trigger('submit')
    expect(wrapper.text()).toContain('请选地区')
    await wrapper.get('input[type=checkbox]').setValue(true)
    await wrapper.get('form').trigger('submit')
    await flushPromises()
    const sent = calls.find(({ method }) => method === 'POST')
    expect(JSON.parse(sent?.body ?? '')).toEqual({
      role: 'auditor',
      region_code: '51',
      expires_in_h: 72,
    })
  })
})
