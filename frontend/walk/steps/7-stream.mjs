import { orderAndPay, ownCard } from '../lib/checkout.mjs'

export const title = 'a stream is scheduled, goes live, sells, ends, and is audited'

export async function walk({ coordinator, buyer, anybody, auditor }, notes) {
  notes.stream = `王婶家捡鸡蛋 ${notes.run}`
  await schedule(coordinator, notes)
  await watch(anybody, notes)
  await buyThrough(buyer, notes)
  await finish(coordinator, notes)
  await audited(auditor, notes)
}

async function schedule(coordinator, notes) {
  await coordinator.open('/desk/streams/new')
  await coordinator.label('标题').fill(notes.stream)
  await coordinator.label('平台').selectOption({ label: '抖音' })
  await coordinator.label('主播').fill('莫色')
  await coordinator.label('开始时间').fill('2030-01-01T19:00')
  await coordinator.label('结束时间').fill('2030-01-01T21:00')
  await coordinator.label(`${notes.listing} · ${notes.household}`).check()
  await coordinator.label('直播间链接').fill('https://live.douyin.com.evil.example/123')
  await coordinator.look('desk-stream-new')
  await coordinator.expecting(422, async () => {
    await coordinator.button('存为预告').click()
    await coordinator.page.locator('[aria-invalid="true"]').waitFor()
  })
  await coordinator.label('直播间链接').fill('https://live.douyin.com/123456789')
  await coordinator.button('存为预告').click()
  await coordinator.page.waitForURL(/\/desk\/streams$/)
  await coordinator.look('desk-streams')

  const item = own(coordinator, notes)
  notes.goPath = new URL(await item.locator('code').innerText()).pathname
  await item.getByRole('button', { name: '开播' }).click()
  await item.getByText('直播中').waitFor()
}

async function watch(anybody, notes) {
  await anybody.open('/streams')
  await anybody.sees(notes.stream)
  await anybody.look('streams')
}

/** The short link leads to the goods, and what is ordered afterwards belongs to the stream. */
async function buyThrough(buyer, notes) {
  await buyer.open(notes.goPath)
  if (new URL(buyer.page.url()).pathname.startsWith('/listings/')) {
    await buyer.button(/^放进购物车/).click()
  } else {
    await ownCard(buyer, notes).getByRole('link').click()
    await buyer.button(/^放进购物车/).click()
  }
  await buyer.sees('已放进购物车')
  await orderAndPay(buyer)
  await buyer.page.getByRole('link', { name: /^岫云村 的包裹/ }).click()
  await buyer.page.getByLabel('配送').getByRole('link', { name: notes.stream }).click()
  await buyer.page.getByRole('heading', { name: notes.stream }).waitFor()
  await buyer.look('stream')
}

async function finish(coordinator, notes) {
  const item = own(coordinator, notes)
  await item.getByRole('button', { name: '结束直播' }).click()
  const dialog = coordinator.page.getByRole('dialog', { name: '结束直播' })
  await dialog.getByRole('button', { name: '结束直播' }).click()
  await coordinator.sees('直播已结束')
}

async function audited(auditor, notes) {
  await auditor.open('/audit?group_by=stream')
  await auditor.link(notes.stream).first().waitFor()
  await auditor.look('audit-by-stream')
}

function own(coordinator, notes) {
  return coordinator.page.getByRole('listitem').filter({ hasText: notes.stream })
}
