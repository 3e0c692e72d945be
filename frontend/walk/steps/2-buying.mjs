import { fillAddress, ownCard } from '../lib/checkout.mjs'
import { freshPhone, register } from '../lib/register.mjs'

export const title = 'the buyer finds the eggs, sees the price card, orders and pays'

export async function walk({ buyer, coordinator }, notes) {
  await signUp(buyer, notes)
  await find(buyer, notes)
  await fillCart(buyer, notes)
  await checkOut(buyer, notes)
  await keepAddress(buyer)
  await freight(coordinator)
}

async function signUp(buyer, notes) {
  await buyer.open('/')
  await buyer.look('home')
  await buyer.open('/register')
  await buyer.look('register')
  notes.buyer = `成都陈家 ${notes.run}`
  const password = 'walk-through-the-hills'
  await register(buyer, { name: notes.buyer, phone: freshPhone('139'), password })
}

/** By the goods, by the village's name, and through the village's page. */
async function find(buyer, notes) {
  for (const word of ['鸡蛋', '岫云']) {
    await buyer.open('/listings')
    await buyer.page.getByRole('search').getByRole('searchbox').fill(word)
    await buyer.page.getByRole('search').getByRole('button').click()
    await buyer.page.waitForURL(/\?q=/)
    await ownCard(buyer, notes).waitFor()
  }
  await buyer.look('listings')
  await narrow(buyer)
  await buyer.open('/villages')
  await buyer.look('villages')
  await buyer.link('岫云村').first().click()
  await ownCard(buyer, notes).waitFor()
  await buyer.look('village')
}

/** By pinyin, in spite of a slip, by a filter with its count; and the rule of the order. */
async function narrow(buyer) {
  await buyer.open('/listings?q=fengmi')
  await buyer.sees('土蜂蜜')
  await buyer.open(`/listings?q=${encodeURIComponent('蜂密')}`)
  await buyer.sees('您是不是找“蜂蜜”？')
  await buyer.button('筛选').click()
  await buyer.page.getByRole('dialog').waitFor()
  await buyer.look('listings-filters')
  await buyer.label(/^正在直播/).check()
  await buyer.page.waitForURL(/live_now=true/)
  await buyer.button(/^看这/).click()
  await buyer.open(`/listings?q=${encodeURIComponent('拖拉机')}&in_stock=true`)
  await buyer.button('去掉筛选条件再找').waitFor()
  await buyer.look('listings-none')
  await buyer.link('排序规则').first().click()
  await buyer.sees('什么都换不来靠前')
  await buyer.look('ranking')
}

async function fillCart(buyer, notes) {
  await ownCard(buyer, notes).getByRole('link').click()
  const priceCard = buyer.page.getByLabel('价格说明卡')
  await priceCard.getByText('¥33.00').first().waitFor()
  await priceCard.getByText('¥48.00').waitFor()
  await buyer.look('listing')
  await buyer.button('数量：加一').click()
  await buyer.button('放进购物车 ¥96.00').click()
  await buyer.sees('已放进购物车')

  await buyer.open('/listings?q=时光鸡&village=510824115216')
  await buyer.page
    .getByRole('article')
    .filter({ hasText: '时光鸡' })
    .first()
    .getByRole('link')
    .click()
  await buyer.button(/^放进购物车/).click()
  await buyer.sees('已放进购物车')

  await buyer.open('/cart')
  await buyer.page.getByLabel(`${notes.listing} 的数量`, { exact: true }).first().waitFor()
  await buyer.look('cart')
}

async function checkOut(buyer, notes) {
  await buyer.link('去下单').click()
  await buyer.settle()
  await buyer.label('粘贴一整行').fill('王秀英，138 0013 8000，四川省成都市锦江区春熙路１号')
  await buyer.button('自动拆开').click()
  await buyer.sees('都认出来了')
  await fillAddress(buyer)
  await buyer.look('checkout')
  await buyer.button('下一步：核对').click()
  await buyer.sees('其中农户得')
  await buyer.sees('大约送到')
  await buyer.page.getByRole('checkbox', { name: '这是礼物' }).check()
  await buyer.label('想说的话').fill('爸妈，中秋快乐')
  await buyer.look('checkout-review')
  await buyer.label('我知道了').check()
  await buyer.button(/^没错，下单/).click()
  await buyer.page.waitForURL(/\/pay\//)
  await buyer.look('pay')
  // A transfer is begun, and then thought better of.
  await buyer.button(/^转账或现金付/).click()
  await buyer.sees('附言（订单号）')
  await buyer.look('pay-transfer')
  await buyer.button(/^用演示支付付/).click()
  await buyer.sees('村里收到了')
  await buyer.look('paid')

  await buyer.page.getByRole('link', { name: /^岫云村 的包裹/ }).click()
  await buyer.page.waitForURL(/\/orders\//)
  await buyer.page.getByRole('heading', { name: /^订单/ }).waitFor()
  notes.orderPath = new URL(buyer.page.url()).pathname
  notes.orderId = notes.orderPath.split('/').at(-1)
  await buyer.page.getByLabel('进度').getByText('付款', { exact: true }).waitFor()
  await buyer.look('order')
  await buyer.open('/orders')
  await buyer.look('orders')
}

/** An address is written down, and offered at the next checkout. */
async function keepAddress(buyer) {
  await buyer.open('/me/addresses')
  await buyer.button('添加地址').click()
  await fillAddress(buyer)
  await buyer.button('存好').click()
  await buyer.sees('地址已存好')
  await buyer.look('addresses')
}

/** The coordinator reads and lays down what parcels cost. */
async function freight(coordinator) {
  await coordinator.open('/desk/freight')
  await coordinator.sees('现在的运费')
  await coordinator.look('desk-freight')
}
