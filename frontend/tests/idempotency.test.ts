import { describe, expect, it, vi } from 'vitest'
import { attemptKey, finishAttempt, uuid } from '../src/api/idempotency'

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

describe('the key of an attempt', () => {
  it('stays the same for a retry of the same body', () => {
    expect(attemptKey('checkout', { lines: [1] })).toBe(attemptKey('checkout', { lines: [1] }))
  })

  it('changes with the body, with the purpose, and once the attempt is over', () => {
    const key = attemptKey('checkout', { lines: [1] })
    expect(attemptKey('pay.1', { lines: [1] })).not.toBe(key)
    expect(attemptKey('checkout', { lines: [2] })).not.toBe(key)
    const other = attemptKey('checkout', { lines: [2] })
    finishAttempt('checkout')
    expect(attemptKey('checkout', { lines: [2] })).not.toBe(other)
  })

  it('outlives a reload, but what was sent is not kept in the browser', () => {
    const body = { address: { recipient: '陈女士', phone: '13800138000', detail: '春熙路 1 号' } }
    attemptKey('checkout', body)
    const kept = JSON.stringify({ ...sessionStorage })
    expect(kept).toContain('yuanshan.attempt.checkout')
    for (const text of Object.values(body.address)) expect(kept).not.toContain(text)
  })

  it('is made afresh when what was kept is damaged', () => {
    sessionStorage.setItem('yuanshan.attempt.checkout', '{')
    expect(attemptKey('checkout', {})).toMatch(UUID_V4)
  })

  it('is a random UUID also where crypto.randomUUID is missing', () => {
    const { getRandomValues } = crypto
    vi.stubGlobal('crypto', { getRandomValues: getRandomValues.bind(crypto) })
    expect(uuid()).toMatch(UUID_V4)
    expect(uuid()).not.toBe(uuid())
  })
})
