import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { seriousViolations } from './axe.mjs'
import { DESKTOP, PHONE } from './browser.mjs'
import { BASE_URL, SCREENSHOTS } from './settings.mjs'
import { nextCode } from './totp.mjs'
import { fail, pass } from './verdicts.mjs'

const ORIGIN = new URL(BASE_URL).origin
const CALM_CHECKS = 2
const CALM_MS = 120
const visited = new Set()
const pictured = new Set()

/** Paths that some visitor has stood on. */
export function visitedPaths() {
  return [...visited]
}

/** One person at one browser: acts by role and label, and is watched for errors and foreign requests. */
export class Visitor {
  #expected = []
  #troubles = []

  constructor(name, context, page, viewport) {
    this.name = name
    this.context = context
    this.page = page
    this.viewport = viewport
    page.on('console', (message) => {
      if (message.type() === 'error') this.#trouble(`console: ${message.text()}`)
    })
    page.on('pageerror', (error) => this.#trouble(`uncaught: ${error.message}`))
    page.on('request', (request) => {
      const url = request.url()
      const isOwn = url.startsWith(`${ORIGIN}/`) || /^(data|blob):/.test(url)
      if (!isOwn) this.#trouble(`foreign request: ${url}`)
    })
  }

  /** While `act` runs, answers with this status are part of the walk, not a trouble. */
  async expecting(status, act) {
    await this.#allowing(`status of ${status}`, act)
  }

  /** While `act` runs, the line may be down: requests that find no way are no trouble. */
  async onABadLine(act) {
    await this.#allowing('net::ERR_', act)
  }

  async #allowing(part, act) {
    this.#expected.push(part)
    await act()
    this.#expected.pop()
  }

  async open(path) {
    await this.page.goto(path)
    await this.settle()
  }

  /** Nothing says it is busy, and every picture in sight has arrived, for a moment on end. */
  async settle() {
    await this.page.getByRole('main').waitFor()
    for (let calm = 0; calm < CALM_CHECKS; calm += 1) {
      await this.page.waitForFunction(() => {
        const isBusy = document.querySelector('[aria-busy="true"]')
        const isLoading = [...document.images].some(
          (image) => !image.complete && image.getBoundingClientRect().top < innerHeight,
        )
        return !isBusy && !isLoading
      })
      await this.page.waitForTimeout(CALM_MS)
    }
  }

  button(name) {
    return this.page.getByRole('button', { name })
  }

  link(name) {
    return this.page.getByRole('link', { name })
  }

  label(name, options) {
    return this.page.getByLabel(name, options)
  }

  async sees(text) {
    await this.page.getByText(text).first().waitFor()
  }

  /** With the second step, where the account has one. */
  async signIn(account) {
    await this.open('/login')
    await this.fillLogin(account)
    if (account.totp_secret) {
      await this.label('六位动态码').fill(await nextCode(account.totp_secret))
      await this.#logIn()
    }
    await this.page.waitForURL((url) => url.pathname !== '/login')
    await this.settle()
  }

  /** The first step alone; the refusal that asks for the second is part of the walk. */
  async fillLogin({ phone, password, totp_secret: secret }) {
    await this.label('手机号').fill(phone)
    await this.label('密码').fill(password)
    if (!secret) return this.#logIn()
    await this.expecting(401, async () => {
      await this.#logIn()
      await this.label('六位动态码').waitFor()
    })
  }

  async #logIn() {
    await this.page.getByRole('main').getByRole('button', { name: '登录', exact: true }).click()
  }

  /** Pictures the page at both widths and asks axe about it; once per name. */
  async look(name) {
    await this.settle()
    visited.add(new URL(this.page.url()).pathname)
    if (pictured.has(name)) return
    pictured.add(name)
    mkdirSync(SCREENSHOTS, { recursive: true })
    for (const [width, size] of [
      ['phone', PHONE],
      ['desktop', DESKTOP],
    ]) {
      await this.page.setViewportSize(size)
      await this.#picture(`${name}.${width}`, size)
      const violations = await seriousViolations(this.page)
      if (violations.length > 0) fail(`axe: ${name} (${width})`, violations.join('\n'))
      else pass(`axe: ${name} (${width})`)
    }
    await this.page.setViewportSize(this.viewport)
  }

  /** A window as tall as the page: bars that stick to an edge stay at the edge. */
  async #picture(name, size) {
    const height = await this.page.evaluate(() => document.documentElement.scrollHeight)
    await this.page.setViewportSize({ ...size, height: Math.max(size.height, height) })
    await this.settle()
    await this.page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) })
    await this.page.setViewportSize(size)
  }

  /** Says what went wrong unseen, and closes the browser. */
  async leave() {
    const what = `${this.name}: no console error, no foreign request`
    if (this.#troubles.length > 0) fail(what, this.#troubles.join('\n'))
    else pass(what)
    await this.context.close()
  }

  #trouble(text) {
    if (this.#expected.some((part) => text.includes(part))) return
    this.#troubles.push(`${text} (at ${new URL(this.page.url()).pathname})`)
  }
}
