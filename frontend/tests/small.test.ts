import { describe, expect, it } from 'vitest'
import { nextAfterSignIn } from '../src/composables/nextAfterSignIn'
import { rememberedStream, rememberStream } from '../src/composables/streamSource'
import { isMobilePhone, normalPhone } from '../src/phone'
import { safeHttpsUrl } from '../src/safe-url'

describe('where sign-in leads', () => {
  it.each([
    ['/orders?state=paid', '/orders?state=paid'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['https://evil.example', '/'],
    [undefined, '/'],
  ])('%s → %s', (next, path) => {
    expect(nextAfterSignIn(next, { roles: ['buyer'] })).toBe(path)
  })

  it('is the own desk where nothing was interrupted', () => {
    expect(nextAfterSignIn(undefined, { roles: ['coordinator'] })).toBe('/desk')
    expect(nextAfterSignIn(undefined, { roles: ['auditor'] })).toBe('/audit')
    expect(nextAfterSignIn(undefined, { roles: ['administrator'] })).toBe('/admin')
  })
})

describe('the stream that brought a visitor', () => {
  it('is remembered for a day', () => {
    rememberStream('abc', 0)
    expect(rememberedStream(24 * 3600 * 1000 - 1)).toBe('abc')
    expect(rememberedStream(24 * 3600 * 1000)).toBeNull()
  })

  it('is nobody when what was kept is damaged', () => {
    localStorage.setItem('yuanshan.stream', 'abc')
    expect(rememberedStream()).toBeNull()
  })
})

describe('a stranger’s link', () => {
  it.each([
    ['https://live.douyin.com/1', 'https://live.douyin.com/1'],
    ['http://live.douyin.com/1', null],
    ['javascript:alert(1)', null],
    ['https://live.douyin.com@evil.example/', null],
    ['live.douyin.com', null],
    [null, null],
  ])('%s → %s', (url, shown) => {
    expect(safeHttpsUrl(url)).toBe(shown)
  })
})

describe('a mobile number', () => {
  it('may be typed with spaces and dashes', () => {
    expect(isMobilePhone('138 0013-8000')).toBe(true)
    expect(normalPhone('138 0013-8000')).toBe('13800138000')
  })

  it.each(['1380013800', '23800138000', '12800138000', ''])('is not %s', (text) => {
    expect(isMobilePhone(text)).toBe(false)
  })
})
