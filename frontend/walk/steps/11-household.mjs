import { pictureOfEggs } from '../lib/pictures.mjs'

export const title = 'people of a household, what they agree to, and who looked at their data'

const STORY = '屋后一片柏树林'

export async function walk({ coordinator, anybody, auditor }, notes) {
  await find(coordinator, notes)
  await recordPeople(coordinator)
  await unmask(coordinator)
  await agree(coordinator)
  await takePicture(coordinator)
  await whatTheyHave(coordinator, notes)
  await whoSells(coordinator)
  await isSeen(anybody, notes)
  await withdraw(coordinator, '故事')
  await withdraw(coordinator, '照片')
  await isGone(anybody, notes)
  await whoLooked(coordinator, auditor)
}

async function find(coordinator, notes) {
  await coordinator.open('/desk/households')
  await coordinator.link(notes.household).click()
  await coordinator.page.waitForURL(/\/desk\/households\//)
  notes.householdId = new URL(coordinator.page.url()).pathname.split('/').at(-1)
  await coordinator.look('desk-household')
}

async function openPart(coordinator, name) {
  const parts = coordinator.page.getByRole('navigation', { name: '这一户的各部分' })
  await parts.getByRole('link', { name, exact: true }).click()
  await coordinator.settle()
}

async function recordPeople(coordinator) {
  await openPart(coordinator, '家里人')
  await coordinator.button('更正').first().click()
  const head = coordinator.page.getByRole('dialog', { name: '户主' })
  await head.getByLabel('姓名').fill('王秀英')
  await head.getByLabel('手机号').fill('13511112222')
  await head.getByLabel('银行账号').fill('6228480012345678901')
  await coordinator.expecting(422, async () => {
    await head.getByRole('button', { name: '存好' }).click()
    await head.getByText('要先记下本人同意').waitFor()
  })
  await head.getByLabel(/^本人同意登记/).check()
  await coordinator.look('desk-person-agreement')
  await head.getByRole('button', { name: '存好' }).click()
  await coordinator.sees('王**')

  await coordinator.button('添一个人').click()
  const dialog = coordinator.page.getByRole('dialog', { name: '添一个人' })
  await dialog.getByRole('button', { name: '存好' }).click()
  await dialog.getByLabel('与户主的关系').selectOption({ label: '孙辈' })
  await dialog.getByLabel('姓名').fill('王小山')
  await dialog.getByLabel('监护人').selectOption({ label: '户主 王**' })
  await coordinator.look('desk-person-add')
  await dialog.getByRole('button', { name: '存好' }).click()
  await coordinator.sees('未成年')
  await coordinator.look('desk-household-people')
}

async function unmask(coordinator) {
  await coordinator.button('看全').first().click()
  const dialog = coordinator.page.getByRole('dialog', { name: '户主 王**' })
  await dialog.getByLabel('手机号').check()
  await dialog.getByLabel('核对付款资料').check()
  await coordinator.look('desk-person-unmask')
  await dialog.getByRole('button', { name: '看全' }).click()
  await dialog.getByText('13511112222').waitFor()
  await coordinator.look('desk-person-unmasked')
  await dialog.getByRole('button', { name: '关闭' }).click()
}

/** The head by tap; for the grandchild, the head on paper. */
async function agree(coordinator) {
  await openPart(coordinator, '同意')
  await coordinator.sees('称呼')
  const dialog = coordinator.page.getByRole('dialog', { name: '记一条同意' })
  await coordinator.button('记一条同意').click()
  await dialog.getByRole('button', { name: '我同意' }).click()
  await dialog.getByText('至少选一样').waitFor()
  await dialog.getByLabel('故事').check()
  await dialog.getByLabel('照片').check()
  await coordinator.look('desk-consent-tap')
  await dialog.getByRole('button', { name: '我同意' }).click()
  await coordinator.sees('已记下，马上生效')

  await coordinator.button('记一条同意').click()
  await dialog.getByLabel('谁同意').selectOption({ label: '孙辈 王**' })
  await dialog.getByLabel('照片').check()
  await dialog.getByLabel('怎么同意的').selectOption({ label: '签了字' })
  await dialog.getByLabel('拍下签字的纸').setInputFiles(await pictureOfEggs(coordinator.page))
  await dialog.getByText('凭证已存好').waitFor()
  await coordinator.look('desk-consent-paper')
  await dialog.getByRole('button', { name: '记下同意' }).click()
  await coordinator.sees('监护人 户主 王** 同意')
  await coordinator.look('desk-household-consents')

  await coordinator.button('看凭证').first().click()
  const opening = coordinator.page.getByRole('dialog', { name: '看凭证' })
  await opening.getByLabel('核对同意').check()
  const saved = coordinator.page.waitForEvent('download')
  await opening.getByRole('button', { name: '下载凭证' }).click()
  await saved
}

async function takePicture(coordinator) {
  await openPart(coordinator, '照片')
  await coordinator.look('desk-household-pictures-none')
  await coordinator.label('照片上是谁').selectOption({ label: '户主 王**' })
  await coordinator.label('拍照或选图').setInputFiles(await pictureOfEggs(coordinator.page))
  await coordinator.sees('已存好，已公开')
  await coordinator.page.getByRole('img', { name: '户主 王**' }).waitFor()
  await coordinator.look('desk-household-pictures')
}

async function whatTheyHave(coordinator, notes) {
  await openPart(coordinator, '产能')
  await coordinator.look('desk-household-capacity')
  await coordinator.button('登记摸底').click()
  await coordinator.look('desk-survey')
  await coordinator.page.keyboard.press('Escape')

  await openPart(coordinator, '牲畜和地块')
  await coordinator.look('desk-household-units-none')
  await coordinator.button('登记一个').click()
  const adding = coordinator.page.getByRole('dialog', { name: '登记一个' })
  await adding.getByLabel('是什么').selectOption({ label: '猪' })
  await adding.getByLabel('编号').fill(`耳标 ${notes.run}`)
  await coordinator.look('desk-unit-add')
  await adding.getByRole('button', { name: '登记一个' }).click()
  await coordinator.button(`耳标 ${notes.run} 的日记`).click()
  const diary = coordinator.page.getByRole('dialog')
  await diary.getByLabel('记什么').selectOption({ label: '喂养' })
  await diary.getByLabel('备注').fill('红薯藤')
  await diary.getByRole('button', { name: '记下' }).click()
  await diary.getByText('红薯藤').waitFor()
  await coordinator.look('desk-unit-diary')
  await coordinator.page.keyboard.press('Escape')
}

/** Also why they are looked after, which nobody reads without saying why. */
async function whoSells(coordinator) {
  await openPart(coordinator, '卖方')
  await coordinator.look('desk-household-seller')
  await coordinator.label('钱打给谁').selectOption({ index: 1 })
  await coordinator.page.getByRole('form', { name: '卖方' }).getByRole('button').click()
  await coordinator.sees('已改好')
  await coordinator.button('登记类别').click()
  const dialog = coordinator.page.getByRole('dialog', { name: '登记类别' })
  await dialog.getByLabel('从哪天起').fill('2026-01-01')
  await coordinator.look('desk-category-add')
  await dialog.getByRole('button', { name: '登记类别' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await coordinator.button('写原因再看').click()
  const asking = coordinator.page.getByRole('dialog', { name: '写原因再看' })
  await asking.getByLabel('年度核对').check()
  await asking.getByRole('button', { name: '看全' }).click()
  await coordinator.sees('脱贫户')
  await coordinator.look('desk-category-shown')
}

async function isSeen(anybody, notes) {
  await anybody.open('/')
  await anybody.button('Large type').click()
  await anybody.button('中文').click()
  await anybody.button('大字版').waitFor()
  await anybody.open(`/households/${notes.householdId}`)
  await anybody.sees(STORY)
  const picture = anybody.page.getByLabel('照片').locator('img')
  notes.personPicture = await picture.getAttribute('src')
  await anybody.look('household-with-picture')
}

async function withdraw(coordinator, field) {
  await openPart(coordinator, '同意')
  const own = coordinator.page
    .getByLabel('现在同意的')
    .getByRole('listitem')
    .filter({ hasText: `户主 王** · 公开展示 · ${field}` })
  await own.getByRole('button', { name: '收回' }).click()
  const dialog = coordinator.page.getByRole('dialog', { name: '收回这条同意？' })
  await coordinator.look('desk-consent-withdraw')
  await dialog.getByRole('button', { name: '收回' }).click()
  await own.waitFor({ state: 'detached' })
}

/** At once, the picture's own address included. */
async function isGone(anybody, notes) {
  await anybody.open(`/households/${notes.householdId}`)
  await anybody.page.getByRole('heading', { name: notes.household }).waitFor()
  await anybody.sees('还没有写')
  const text = await anybody.page.getByRole('main').innerText()
  if (text.includes(STORY)) throw new Error('the story is still public')
  if (await anybody.page.getByLabel('照片').count()) throw new Error('the picture is still shown')
  const status = (await anybody.page.request.get(notes.personPicture)).status()
  if (status !== 404) throw new Error(`the picture is still there: ${status}`)
}

async function whoLooked(coordinator, auditor) {
  await openPart(coordinator, '谁看过')
  await coordinator.sees('事由：核对付款资料')
  await coordinator.look('desk-household-accesses')

  await auditor.open('/audit')
  await auditor.link('查看记录').first().click()
  await auditor.sees('打包发货')
  await auditor.sees('核对付款资料')
  await auditor.look('audit-access-log')
  await auditor.page
    .getByRole('table')
    .getByRole('link', { name: /协调员/ })
    .first()
    .click()
  await auditor.page.waitForURL(/actor=/)
  await auditor.look('audit-access-log-of-one')
}
