import { account } from '../lib/settings.mjs'

export const title = 'a round of ordering is planned, filled with goods, read out and called off'

export async function walk({ coordinator, anybody }, notes) {
  const name = `秋蛋团 ${notes.run}`
  await coordinator.signIn(account('coordinator', '510824115216'))
  await plan(coordinator, name)
  const item = coordinator.page.getByRole('listitem').filter({ hasText: name })
  await item.getByLabel('商品').selectOption({ label: `${notes.listing} · ${notes.household}` })
  await item.getByLabel('最多卖多少份').fill('3')
  await item.getByRole('button', { name: '放进这一期' }).click()
  await coordinator.sees(`${notes.listing}：已订 0 / 3`)
  await item.getByRole('button', { name: '报货广播词' }).click()
  await coordinator.sees('这一期还没有人订')
  await coordinator.look('desk-cycles')

  await anybody.open(`/listings?q=${encodeURIComponent(notes.listing)}`)
  await anybody.link(notes.listing).first().click()
  await anybody.sees('还没开团')
  await anybody.look('listing-in-cycle')

  await item.getByRole('button', { name: '取消这一期' }).click()
  const dialog = coordinator.page.getByRole('dialog', { name: '取消这一期' })
  await dialog.getByLabel('原因').fill('大雪封路')
  await dialog.getByRole('button', { name: '取消这一期' }).click()
  await coordinator.sees('这一期已取消')
}

async function plan(coordinator, name) {
  await coordinator.open('/desk/cycles/new')
  const village = coordinator.label('村', { exact: true })
  if ((await village.inputValue()) === '') await village.selectOption({ label: '岫云村' })
  await coordinator.label('名称').fill(name)
  await coordinator.label('开团时间').fill('2030-01-01T08:00')
  await coordinator.label('截团时间').fill('2030-01-02T08:00')
  await coordinator.label('报货截止').fill('2030-01-02')
  await coordinator.label('收货日').fill('2030-01-03')
  await coordinator.label('发货日').fill('2030-01-03')
  await coordinator.label('到货日').fill('2030-01-06')
  await coordinator.look('desk-cycle-new')
  await coordinator.button('存下这一期').click()
  await coordinator.page.waitForURL(/\/desk\/cycles$/)
}
