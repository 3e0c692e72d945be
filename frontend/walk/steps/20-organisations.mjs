import { fillAddress, knowReturns } from '../lib/checkout.mjs'
import { freshPhone, register } from '../lib/register.mjs'
import { account } from '../lib/settings.mjs'

export const title = 'a canteen is registered, gets its contract and orders before it pays'

/** 17 characters of this run, and the one that checks them (GB 32100-2015). */
function creditCode() {
  const known = '0123456789ABCDEFGHJKLMNPQRTUWXY'
  const body = `12510100${String(Date.now() % 1_000_000_000).padStart(9, '0')}`
  const sum = [...body].reduceRight(
    (all, character) => (all * 3 + known.indexOf(character)) % 31,
    0,
  )
  return body + known[(31 - sum) % 31]
}

export async function walk({ helper, approver }, notes) {
  const name = `走查食堂 ${notes.run}`
  await helper.open('/register')
  const cook = {
    name: `食堂管理员 ${notes.run}`,
    phone: freshPhone('136'),
    password: 'soup-and-rice',
  }
  await register(helper, cook)
  await helper.open('/me/organisations')
  await helper.sees('还没有。可以在下面登记单位')
  await helper.label('单位名称').fill(name)
  await helper.label('统一社会信用代码').fill('12510100450000001F')
  for (const [level, place] of Object.entries({ 省: '四川省', 市: '成都市', 区县: '锦江区' })) {
    await helper.label(level, { exact: true }).selectOption({ label: place })
  }
  await helper.expecting(422, async () => {
    await helper.button('登记', { exact: true }).click()
    await helper.sees('统一社会信用代码不正确')
  })
  await helper.look('me-organisations')
  await helper.label('统一社会信用代码').fill(creditCode())
  await helper.button('登记', { exact: true }).click()
  await helper.page.waitForURL(/\/me\/organisations\/.+/)
  for (const [level, place] of Object.entries({ 省: '四川省', 市: '广元市', 区县: '苍溪县' })) {
    await helper.label(level, { exact: true }).selectOption({ label: place })
  }
  await helper.label('合同编号').fill(`采 ${notes.run}`)
  await helper.button('提交给县里').click()
  await helper.sees('待审核')
  await helper.look('me-organisation')

  await approver.signIn(account('approver', '510824'))
  await approver.open('/desk/contracts')
  const asked = approver.page.getByRole('article').filter({ hasText: name })
  await asked.getByLabel('赊购额度（元）').fill('2000')
  await approver.look('desk-contracts')
  await asked.getByRole('button', { name: '同意', exact: true }).click()
  await approver.sees('合同已生效')

  await helper.open(`/listings?q=${encodeURIComponent(notes.listing)}`)
  await helper.link(notes.listing).first().click()
  await helper.button(/^放进购物车/).click()
  await helper.sees('已放进购物车')
  await helper.open('/checkout')
  await fillAddress(helper)
  await helper.button('下一步：核对').click()
  await helper.label('为谁买').selectOption({ label: name })
  await knowReturns(helper)
  await helper.button(/^没错，下单/).click()
  await helper.page.waitForURL(/\/pay\//)
  await helper.button('先收货，验收后付款').click()
  await helper.page.waitForURL(/\/me\/organisations\/.+/)
  await helper.sees('待验收')
  await helper.look('me-organisation-orders')
}
