import { readFileSync } from 'node:fs'
import { orderAndPay, ownCard } from '../lib/checkout.mjs'
import { freshPhone, register } from '../lib/register.mjs'

export const title = 'a helper buys for an elder, both see to their data, and keys are looked at'

export async function walk({ elder, helper, administrator }, notes) {
  notes.elder = {
    name: `伍奶奶 ${notes.run}`,
    phone: freshPhone('135'),
    password: 'tofu-and-chives',
  }
  notes.helper = { name: `小伍 ${notes.run}`, phone: freshPhone('134'), password: 'rice-and-beans' }
  for (const [person, account] of [
    [elder, notes.elder],
    [helper, notes.helper],
  ]) {
    await person.open('/register')
    await register(person, account)
  }
  await tie(elder, helper, notes)
  await buyForElder(helper, notes)
  await bothNames(elder, notes)
  await stopAndEnd(elder, helper, notes)
  await takeData(elder, notes)
  await leave(helper, notes)
  await administrator.open('/admin')
  await administrator.link('密钥').first().click()
  await administrator.sees('在签发')
  await administrator.look('admin-keys')
}

/** The digits go from the elder's screen to the helper's by voice. */
async function tie(elder, helper, notes) {
  await elder.open('/me')
  await elder.look('me')
  await elder.link('帮我买的人').click()
  await elder.button('要六位数字').click()
  await elder.sees('请填 11 位手机号')
  await elder.label('家人的手机号').fill(notes.helper.phone)
  await elder.label('他是您的').fill('孙女')
  await elder.button('要六位数字').click()
  const shown = elder.page.getByRole('region', { name: '六位数字' })
  await shown.getByText(/^\d{3} \d{3}$/).waitFor()
  const digits = await shown.getByText(/^\d{3} \d{3}$/).innerText()
  await elder.look('me-helpers-code')
  await elder.button('念完了').click()
  await elder.sees('等他填数字')

  await helper.open('/me/elders')
  await helper.sees('有人填了您的手机号')
  await helper.look('me-elders-awaited')
  await helper.expecting(401, async () => {
    await helper.label('老人念的六位数字').fill(digits === '000 000' ? '111111' : '000000')
    await helper.button('开始帮忙').click()
    await helper.sees('验证码不正确')
  })
  await helper.label('老人念的六位数字').fill(digits)
  await helper.button('开始帮忙').click()
  await helper.button(`帮 ${notes.elder.name} 买`).waitFor()
  await helper.look('me-elders')
}

async function buyForElder(helper, notes) {
  await helper.button(`帮 ${notes.elder.name} 买`).click()
  await helper.page.waitForURL(/\/listings/)
  await helper.sees(`正在帮 ${notes.elder.name} 买`)
  await helper.look('listings-for-elder')
  await helper.open(`/listings?q=${encodeURIComponent('鸡蛋')}`)
  await ownCard(helper, notes).getByRole('link').click()
  await helper.button(/^放进购物车/).click()
  await helper.sees('已放进购物车')
  await orderAndPay(helper)
  await helper.page.getByRole('link', { name: /^岫云村 的包裹/ }).click()
  await helper.sees(`${notes.helper.name} 替 ${notes.elder.name} 办的`)
  await helper.look('order-for-elder')
}

async function bothNames(elder, notes) {
  await elder.open('/orders')
  await elder.page.getByRole('article').getByRole('link').first().click()
  await elder.sees(`${notes.helper.name} 替 ${notes.elder.name} 办的`)
  await elder.look('order-by-helper')
}

/** The helper may stop for now; the elder ends it for good, whatever the helper is at. */
async function stopAndEnd(elder, helper, notes) {
  await helper.open('/orders')
  await helper.page.getByRole('heading', { name: `${notes.elder.name} 的订单` }).waitFor()
  await helper.page.getByRole('region', { name: '正在帮谁买' }).getByRole('button').click()
  await helper.page.waitForURL(/\/me\/elders/)
  await helper.open('/orders')
  await helper.sees('还没有订单')

  await helper.open('/me/elders')
  await helper.button(`帮 ${notes.elder.name} 买`).click()
  await helper.page.waitForURL(/\/listings/)
  await elder.open('/me/helpers')
  await elder.look('me-helpers')
  await elder.button(/^结束帮忙：/).click()
  await elder.look('me-helpers-end')
  await elder.button('对，结束').click()
  await elder.sees('他不能再替您买了')

  await helper.expecting(403, async () => {
    await helper.open('/orders')
    await helper.sees('已经不用您帮忙了')
  })
}

async function takeData(elder, notes) {
  await elder.open('/me')
  await elder.link('我的数据').click()
  await elder.look('me-data')
  const whole = await saved(elder, '下载全部（JSON）')
  const { account, orders } = JSON.parse(whole)
  if (account.phone !== notes.elder.phone || orders.length !== 1) {
    throw new Error('the export lacks the number or the order')
  }
  if (!(await saved(elder, '下载订单')).includes(notes.listing)) {
    throw new Error('the table lacks the order')
  }
  await elder.link('看看注销会怎样').click()
  await elder.sees('还有订单没有办完')
  await elder.look('me-deletion-blocked')
}

async function saved(person, button) {
  const download = person.page.waitForEvent('download')
  await person.button(button).click()
  return readFileSync(await (await download).path(), 'utf8')
}

async function leave(helper, notes) {
  await helper.open('/me/data/deletion')
  await helper.button('注销账号').click()
  await helper.look('me-deletion')
  await helper.label('密码').fill(notes.helper.password)
  await helper.button('永久注销').click()
  await helper.page.waitForURL(/\/goodbye/)
  await helper.look('goodbye')
  await helper.open('/me')
  await helper.page.waitForURL(/\/login/)
}
