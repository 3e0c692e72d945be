import { writeListing } from '../lib/wizard.mjs'
import { account } from '../lib/settings.mjs'

export const title = 'the coordinator lists eggs, another person approves them'

export async function walk({ coordinator, approver }, notes) {
  notes.household = `王婶家 ${notes.run}`
  notes.listing = '土鸡蛋 30 枚/盒'

  await coordinator.signIn(account('coordinator', '510824115216'))
  await coordinator.look('desk')

  await coordinator.open('/desk/households/new')
  await coordinator.look('desk-household-new')
  await coordinator.button('存好，去上架').click()
  await coordinator.sees('这一项要填')
  await coordinator.label('对外的称呼').fill(notes.household)
  await coordinator.label('户主同意对外用这个称呼').check()
  await coordinator.label('他家的事').fill('王婶带着孙子，屋后一片柏树林，养了四十来只土鸡。')
  await coordinator.label('家里几口人').fill('2')
  await coordinator.button('存好，去上架').click()
  await coordinator.page.waitForURL(/\/desk\/listings\/new/)

  // The household is chosen already: the wizard begins with the goods.
  await writeListing(coordinator, notes, { household: null, looks: true })
  await coordinator.button('送审').click()
  await coordinator.page.waitForURL(/\/desk\/listings\?state=in_review/)
  await coordinator.sees(notes.household)
  await coordinator.look('desk-listings')

  await coordinator.open('/desk/households')
  await coordinator.sees(notes.household)
  await coordinator.look('desk-households')

  await approver.signIn(account('approver', '510824'))
  await approver.open('/desk/review')
  const row = approver.page.getByRole('article').filter({ hasText: notes.household })
  await row.getByText('¥48.00').first().waitFor()
  await approver.look('desk-review')
  await row.getByRole('button', { name: '通过，上架' }).click()
  await approver.sees(`已上架：${notes.listing}`)
  await approver.open('/desk/prices')
  await approver.sees('来源：演示数据')
  await approver.look('desk-prices')

  await coordinator.open('/desk/listings?state=live')
  await coordinator.page.getByRole('link', { name: '证件与价格' }).first().click()
  await coordinator.sees('上架和发货还缺什么')
  await coordinator.look('desk-listing-papers')
}
