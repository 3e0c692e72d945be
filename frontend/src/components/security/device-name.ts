/** Which program and which system a browser says it is; the words for them are in the messages. */
export interface DeviceKind {
  app: string | null
  system: string | null
}

/**
 * The first that matches wins: most browsers also claim to be Chrome or Safari. The server keeps the first
 * 160 characters only, and WeChat names itself after that; what it says before is enough.
 */
const APPS: readonly [string, RegExp][] = [
  ['wechat', /MicroMessenger|MMWEBSDK|XWEB\//],
  ['alipay', /AlipayClient/],
  ['qq', /MQQBrowser|QQBrowser/],
  ['uc', /UCBrowser|UBrowser/],
  ['huawei', /HuaweiBrowser|ArkWeb/],
  ['mi', /MiuiBrowser/],
  ['samsung', /SamsungBrowser/],
  ['edge', /Edg(?:e|A|iOS)?\//],
  ['firefox', /Firefox|FxiOS/],
  ['chrome', /Chrome|CriOS/],
  ['safari', /Safari/],
]

const SYSTEMS: readonly [string, RegExp][] = [
  ['harmony', /OpenHarmony|HarmonyOS/],
  ['android', /Android/],
  ['iphone', /iPhone|iPod/],
  ['ipad', /iPad/],
  ['windows', /Windows/],
  ['mac', /Macintosh|Mac OS X/],
  ['linux', /Linux|X11/],
]

export function deviceKind(userAgent: string): DeviceKind {
  return { app: firstMatch(APPS, userAgent), system: firstMatch(SYSTEMS, userAgent) }
}

function firstMatch(candidates: readonly [string, RegExp][], text: string): string | null {
  return candidates.find(([, pattern]) => pattern.test(text))?.[0] ?? null
}
