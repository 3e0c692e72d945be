import { ownCard } from '../lib/checkout.mjs'

export const title =
  'a standard is laid down, a price is changed, and another person reads the difference'

export async function walk({ coordinator, approver }, notes) {
  await layDown(approver, notes)
  await change(coordinator, notes)
  await approve(approver, notes)
  await copy(coordinator, notes)
}

async function layDown(approver, notes) {
  await approver.open('/desk/templates')
  await approver.sees('时光鸡（三年）')
  await approver.look('desk-templates')
  await approver.link('新的产品标准').click()
  await approver.page.waitForURL(/\/desk\/templates\/new/)
  await approver.settle()
  await approver.button('存下标准').click()
  await approver.sees('这一项要填')
  await approver.look('desk-template-new')
  for (const [level, name] of Object.entries({ 省: '四川省', 市: '广元市', 区县: '苍溪县' })) {
    await approver.label(new RegExp(`^${level}`)).selectOption({ label: name })
  }
  await approver.label('品名（比价用）').fill('散养鸭蛋')
  await approver.label('标题').fill(`散养鸭蛋 ${notes.run}`)
  await approver.label('品类').selectOption({ label: '蛋' })
  await approver.label('计价单位').fill('盒')
  await approver.label('每单位数量（个或克）').fill('20')
  await approver.button('存下标准').click()
  await approver.page.waitForURL(/\/desk\/templates$/)
  const row = approver.page.getByRole('article').filter({ hasText: `散养鸭蛋 ${notes.run}` })
  await row.getByRole('link', { name: '换一份' }).click()
  await approver.page.waitForURL(/\/replace$/)
  await approver.settle()
  await approver.look('desk-template-replace')
  await approver.label('可申诉的小时数').fill('72')
  await approver.button('存下标准').click()
  await approver.page.waitForURL(/\/desk\/templates$/)
}

async function change(coordinator, notes) {
  await coordinator.open('/desk/listings?state=live')
  const row = coordinator.page.getByRole('article').filter({ hasText: notes.household })
  await row.getByRole('link', { name: /历史/ }).click()
  await coordinator.page.waitForURL(/\/desk\/listings\/[^/]+$/)
  await coordinator.settle()
  await coordinator.look('desk-listing')
  await coordinator.link('修改').click()
  await coordinator.page.waitForURL(/draft=/)
  await coordinator.settle()
  await coordinator.label('农户所得（元）').fill('35')
  await coordinator.label('贵在哪里').fill('玉米涨价')
  await coordinator.look('desk-listing-edit')
  await coordinator.button('送审').click()
  await coordinator.page.waitForURL(/\/desk\/listings\/[^/]+$/)
  await coordinator.sees('等审核')
}

async function approve(approver, notes) {
  await approver.open('/desk/review')
  const row = approver.page.getByRole('article').filter({ hasText: notes.household })
  await row.getByText('¥50.00').first().waitFor()
  await row.getByText('玉米涨价').first().waitFor()
  await row.getByRole('button', { name: '通过这次改动', exact: true }).click()
  await approver.sees(`已上架：${notes.listing}`)
}

async function copy(coordinator, notes) {
  await coordinator.open(`/listings?q=${encodeURIComponent('鸡蛋')}`)
  await ownCard(coordinator, notes).getByRole('link').click()
  await coordinator.sees('我们村也有')
  await coordinator.label('哪家的货').selectOption({ index: 1 })
  await coordinator.button('照着写一份草稿').click()
  // The photos are the other household's: one's own come first.
  await coordinator.page.waitForURL(/draft=/)
  await coordinator.sees('拍张照片')
  // It was only to be seen; the next step counts drafts of its own.
  await coordinator.open('/desk/drafts')
  const draft = coordinator.page.getByRole('article').filter({ hasText: '没写完' })
  await draft.getByRole('button', { name: '删除' }).click()
  await coordinator.page.getByRole('dialog').getByRole('button', { name: '删除' }).click()
  await draft.waitFor({ state: 'detached' })
}
