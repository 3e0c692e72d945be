import { request } from 'playwright-core'
import { pictureOfEggs } from '../lib/pictures.mjs'
import { account, BASE_URL } from '../lib/settings.mjs'
import { nextCode } from '../lib/totp.mjs'
import { pass } from '../lib/verdicts.mjs'
import { copyListing, step, writeListing } from '../lib/wizard.mjs'

export const title =
  'the coordinator writes without a network; it is sent once, and a conflict is put right'

const COORDINATOR = () => account('coordinator', '510824115216')

export async function walk({ coordinator }, notes) {
  const picture = await pictureOfEggs(coordinator.page)
  const draft = { household: notes.household, listing: `柴鸡蛋 ${notes.run}`, run: notes.run }
  await standIn(coordinator)
  await coordinator.onABadLine(() => writeOffline(coordinator, draft, picture))
  await coordinator.onABadLine(() => sendOnce(coordinator, draft))
  await copy(coordinator, notes, picture)
  await coordinator.onABadLine(() => meet(coordinator, notes))
  await leave(coordinator, notes)
}

/** The worker has everything of the listing pages, and of no other. */
async function standIn(coordinator) {
  const { page } = coordinator
  await coordinator.expecting(404, async () => {
    await coordinator.open('/desk/listings/00000000-0000-7000-8000-000000000000/edit')
    await coordinator.page.getByRole('alert').waitFor()
    await coordinator.look('desk-listing-edit-missing')
  })
  await coordinator.open('/desk')
  const kept = await page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready
    const names = await caches.keys()
    const cache = await caches.open(names[0])
    const files = (await cache.keys()).map(({ url }) => new URL(url).pathname)
    return { state: active.state, names, files }
  })
  if (kept.names.length !== 1) throw new Error(`caches: ${kept.names.join()}`)
  if (!kept.files.includes('/index.html')) throw new Error('the page itself is not kept')
  const strange = kept.files.filter((file) => /\/api\/|Audit|Checkout|Shop/.test(file))
  if (strange.length > 0) throw new Error(`kept without need: ${strange.join()}`)
  pass(`the worker keeps ${kept.files.length} files in one cache`)
}

async function writeOffline(coordinator, draft, picture) {
  const { page, context } = coordinator
  // Once with a network, so that the phone knows the households.
  await coordinator.open('/desk/listings/new')
  await step(coordinator, '哪家的货')
  await context.setOffline(true)
  await coordinator.open('/desk/listings/new')
  await coordinator.sees('没有网络，照样能写')
  await writeListing(coordinator, draft, { household: draft.household, picture })
  await page.reload()
  await coordinator.settle()
  await step(coordinator, '价格和数量')
  const stock = await coordinator.label('库存数量').inputValue()
  if (stock !== '20') throw new Error(`the stock was lost: ${stock}`)
  await page.goBack()
  await step(coordinator, '拍张照片')
  await coordinator.button('删除照片 1').waitFor()
  await page.goForward()
  await coordinator.button('送审').click()
  await page.waitForURL(/\/desk\/drafts$/)
  await coordinator.sees('等发送')
  await coordinator.sees('1 份草稿未发送')
  await coordinator.look('desk-drafts')
}

/** The line is back, but the first answer gets lost on it. */
async function sendOnce(coordinator, draft) {
  const { page, context } = coordinator
  let posts = 0
  await page.route('**/api/v1/listings', async (route) => {
    if (route.request().method() !== 'POST') return route.continue()
    posts += 1
    if (posts > 1) return route.continue()
    await route.fetch()
    return route.abort('connectionreset')
  })
  await coordinator.expecting(401, async () => {
    await context.setOffline(false)
    const row = page.getByRole('article').filter({ hasText: draft.listing })
    await row.getByText('已发送').waitFor({ timeout: 30_000 })
  })
  await page.unroute('**/api/v1/listings')
  if (posts !== 2) throw new Error(`${posts} posts instead of two`)
  await coordinator.look('desk-drafts-sent')
  await coordinator.open('/desk/listings?state=in_review')
  await coordinator.sees(draft.listing)
  const rows = await page.getByRole('article').filter({ hasText: draft.listing }).count()
  if (rows !== 1) throw new Error(`${rows} listings instead of one`)
  pass('an answer was lost on the way, and there is one listing')
}

async function copy(coordinator, notes, picture) {
  await coordinator.open('/desk/listings/new')
  const { taps, fields, seconds } = await copyListing(coordinator, {
    household: notes.household,
    title: notes.listing,
    picture,
    stock: '12',
    looks: true,
  })
  pass(
    `the wizard by an earlier listing: ${taps + 1} taps, ${fields} field, ${seconds.toFixed(1)} s`,
  )
  await coordinator.button('保存草稿').click()
  await coordinator.page.waitForURL(/\/desk\/listings\?state=draft/)
  await coordinator.sees(notes.household)
}

/** The same listing is changed at the desk in the county while the coordinator stands in the hills. */
async function meet(coordinator, notes) {
  const { page, context } = coordinator
  const desk = await signedIn(COORDINATOR())
  const { data } = await desk.get('/api/v1/desk/listings?state=draft')
  const listing = data.find(({ household }) => household.alias === notes.household)
  const own = `柏林鸡蛋 ${notes.run}`

  await coordinator.open(`/desk/listings/${listing.id}/edit`)
  await page.waitForURL(/draft=/)
  await context.setOffline(true)
  await coordinator.button('品名').click()
  await coordinator.label('品名和规格').fill(own)
  await coordinator.button('价格').click()
  await coordinator.button('送审').click()
  await page.waitForURL(/\/desk\/drafts$/)

  await desk.patch(`/api/v1/listings/${listing.id}`, {
    version: listing.version,
    title: '县里改的名字',
    description: '县里写的说明',
  })
  await coordinator.expecting(401, () =>
    coordinator.expecting(409, async () => {
      await context.setOffline(false)
      await coordinator.link('处理冲突').waitFor({ timeout: 30_000 })
    }),
  )
  await coordinator.look('desk-drafts-conflict')
  await coordinator.link('处理冲突').click()
  await coordinator.sees('只有对方改了这一项')
  await coordinator.sees('还有 1 项没选')
  await coordinator.look('desk-draft-conflict')
  await page.getByRole('group', { name: '品名' }).getByLabel('我写的').check()
  await coordinator.button('按这样发送').click()
  await page.waitForURL(/\/desk\/drafts$/)
  const after = await desk.get(`/api/v1/listings/${listing.id}`)
  if (after.title !== own || after.description !== '县里写的说明') {
    throw new Error(`merged to ${after.title} / ${after.description}`)
  }
  if (after.state !== 'in_review') throw new Error(`it is ${after.state}`)
  pass('a conflict was chosen field by field and sent on top of the newest version')
}

/** Unsent drafts are asked about before signing out. */
async function leave(coordinator, notes) {
  const { page } = coordinator
  await coordinator.open('/desk/listings/new')
  await coordinator.button(notes.household).click()
  await step(coordinator, '是什么货')
  await coordinator.open('/me')
  await coordinator.button('退出登录').click()
  await coordinator.sees('还有 1 份草稿没发送')
  await coordinator.look('me-leaving-drafts')
  await coordinator.button('退出，删掉草稿').click()
  await page.waitForURL((url) => url.pathname === '/')
  const left = await page.evaluate(() => {
    return new Promise((resolve, reject) => {
      const opening = indexedDB.open('yuanshan-desk')
      opening.onerror = () => reject(opening.error)
      opening.onsuccess = () => {
        const tables = ['drafts', 'photos', 'copies']
        const transaction = opening.result.transaction(tables)
        const counts = tables.map((table) => transaction.objectStore(table).count())
        transaction.oncomplete = () => resolve(counts.map(({ result }) => result))
      }
    })
  })
  if (left.some((count) => count > 0)) throw new Error(`left on the phone: ${left.join()}`)
  pass('nothing of the person is left on the phone after signing out')
}

/** The API as the same person from another device. */
async function signedIn({ phone, password, totp_secret: secret }) {
  const totp = secret && (await nextCode(secret))
  const api = await request.newContext({ baseURL: BASE_URL })
  const login = await api.post('/api/v1/auth/login', { data: { phone, password, totp } })
  if (!login.ok()) throw new Error(`login: ${login.status()}`)
  const { access_token: token } = await login.json()
  const headers = { Authorization: `Bearer ${token}` }
  const call = async (method, path, data) => {
    const response = await api.fetch(path, { method, headers, data })
    if (!response.ok()) throw new Error(`${method} ${path}: ${response.status()}`)
    return response.json()
  }
  return {
    get: (path) => call('GET', path),
    patch: (path, data) => call('PATCH', path, data),
  }
}
