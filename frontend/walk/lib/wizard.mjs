import { pictureOfEggs } from './pictures.mjs'

const PRICE = [
  ['农户所得（元）', '33'],
  ['合作社服务费（元）', '2'],
  ['包装分拣（元）', '4.50'],
  ['运费（元）', '7.00'],
  ['村集体公益金（元）', '1'],
  ['损耗准备（元）', '0.5'],
]

/** The four steps in one's own words, up to the last button. `picture` was fetched while there was a network. */
export async function writeListing(coordinator, notes, { household, looks = false, picture }) {
  const { page } = coordinator
  const look = (name) => (looks ? coordinator.look(name) : undefined)
  const photo = picture ?? (await pictureOfEggs(page))
  if (household) {
    await step(coordinator, '哪家的货')
    await coordinator.button(household).click()
  }
  await step(coordinator, '是什么货')
  await coordinator.button('自己写').click()
  await coordinator.label('品名和规格').fill(notes.listing)
  await coordinator.label('品类').selectOption({ label: '蛋' })
  await coordinator.label('计价单位').fill('盒')
  await look('desk-listing-new-goods')
  await coordinator.button('下一步').click()

  await step(coordinator, '拍张照片')
  await coordinator.label('拍照').setInputFiles(photo)
  await coordinator.button('删除照片 1').waitFor()
  await look('desk-listing-new-photo')
  await coordinator.button('下一步').click()

  await step(coordinator, '价格和数量')
  await coordinator.label('库存数量').fill('20')
  await coordinator.button('加别的费用项').click()
  for (const [label, yuan] of PRICE) await coordinator.label(label).fill(yuan)
  await page.getByLabel('买家会看到').getByText('¥48.00').waitFor()
  await page.getByText('已存在这台手机').waitFor()
  await look('desk-listing-new')
}

/** Like an earlier listing: how few touches it takes, and how long. */
export async function copyListing(
  coordinator,
  { household, title, picture, stock, looks = false },
) {
  const began = Date.now()
  const touches = { taps: 0, fields: 0 }
  const tap = async (target) => {
    touches.taps += 1
    await target.click()
  }
  await step(coordinator, '哪家的货')
  if (looks) await coordinator.look('desk-listing-new-household')
  await tap(coordinator.button(household))
  await step(coordinator, '是什么货')
  if (looks) await coordinator.look('desk-listing-new-template')
  await tap(coordinator.button(title).first())
  await step(coordinator, '拍张照片')
  touches.taps += 1
  await coordinator.label('拍照').setInputFiles(picture)
  await coordinator.button('删除照片 1').waitFor()
  await tap(coordinator.button('下一步'))
  await step(coordinator, '价格和数量')
  touches.fields += 1
  await coordinator.label('库存数量').fill(stock)
  await coordinator.page.getByText('已存在这台手机').waitFor()
  return { ...touches, seconds: (Date.now() - began) / 1000 }
}

export async function step(coordinator, name) {
  await coordinator.page.getByRole('heading', { name }).waitFor()
}
