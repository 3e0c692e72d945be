import { describe, expect, it } from 'vitest'
import { deviceKind } from '../src/components/security/device-name'

const AS_KEPT = 160
const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)'

describe('what a browser says it is', () => {
  it.each([
    [
      `Mozilla/5.0 (Linux; Android 13; V2183A Build/TP1A.220624.014; wv) ${WEBKIT} Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36 XWEB/1160117 MMWEBSDK/20231202 MicroMessenger/8.0.47`,
      'wechat',
      'android',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.42(0x18002a2e)',
      'wechat',
      'iphone',
    ],
    [
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/131.0.0.0 Safari/537.36`,
      'chrome',
      'windows',
    ],
    [
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0`,
      'edge',
      'windows',
    ],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Safari/605.1.15',
      'safari',
      'mac',
    ],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0', 'firefox', 'linux'],
    [
      `Mozilla/5.0 (Phone; OpenHarmony 5.0) ${WEBKIT} Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1 Mobile`,
      'huawei',
      'harmony',
    ],
    ['curl/8.5.0', null, null],
    ['', null, null],
  ])('%s → %s · %s', (userAgent, app, system) => {
    expect(deviceKind(userAgent.slice(0, AS_KEPT))).toEqual({ app, system })
  })
})
