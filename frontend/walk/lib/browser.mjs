import { chromium } from 'playwright-core'
import { BASE_URL } from './settings.mjs'
import { Visitor } from './visitor.mjs'

export const PHONE = { width: 360, height: 740 }
export const DESKTOP = { width: 1366, height: 900 }

export async function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-dev-shm-usage',
    ],
  })
}

/** A person with a browser of their own. */
export async function visitor(browser, name, viewport) {
  const context = await browser.newContext({
    baseURL: BASE_URL,
    viewport,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    hasTouch: viewport === PHONE,
  })
  context.setDefaultTimeout(10_000)
  return new Visitor(name, context, await context.newPage(), viewport)
}
