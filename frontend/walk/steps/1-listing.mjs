import { pictureOfEggs } from '../lib/pictures.mjs'
import { account } from '../lib/settings.mjs'

export const title = 'the coordinator lists eggs, another person approves them'

const PRICE = [
  ['农户所得（元）', '33'],
  ['合作社服务费（元）', '2'],
  ['包装分拣（元）', '4.50'],
  ['运费（元）', '7.00'],
  ['村集体公益金（元）', '1'],
  ['损耗准备（元）', '0.5'],
]

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

  await fillListing(coordinator, notes)
  await coordinator.look('desk-listing-new')
  await coordinator.button('提交审核').click()
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
}

async function fillListing(coordinator, notes) {
  const { page } = coordinator
  await coordinator.settle()
  await coordinator.label('品名和规格').fill(notes.listing)
  await coordinator.label('品类').selectOption({ label: '蛋' })
  await coordinator.label('计价单位').fill('盒')
  await coordinator.label('库存数量').fill('20')
  for (const [label, yuan] of PRICE) await coordinator.label(label).fill(yuan)
  await page.getByLabel('买家会看到').getByText('¥48.00').waitFor()
  await coordinator.onABadLine(() => sendPhoto(coordinator))
}

/** The line breaks with a piece on its way and comes back: the picture goes on from there by itself. */
async function sendPhoto({ page, context }) {
  const picture = await pictureOfEggs(page)
  let isBroken = false
  await page.route('**/api/v1/uploads/*', async (route) => {
    if (isBroken || route.request().method() !== 'PATCH') return route.continue()
    isBroken = true
    await context.setOffline(true)
    return route.abort('internetdisconnected')
  })
  await page.getByLabel('拍照或选图').setInputFiles(picture)
  await page.getByText('网络断开').waitFor()
  await context.setOffline(false)
  await page.getByRole('button', { name: '删除照片 1' }).waitFor()
  await page.unroute('**/api/v1/uploads/*')
}
