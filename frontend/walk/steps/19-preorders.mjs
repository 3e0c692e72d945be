import { fillAddress, knowReturns } from '../lib/checkout.mjs'
import { account } from '../lib/settings.mjs'

export const title =
  'goods are ordered ahead: a deposit, the balance once the date stands, and money back within seven days'

const HONEY = '冬蜜 500 克/瓶（预订）'

export async function walk({ coordinator, buyer, administrator }) {
  // Step 8 signed the buyer out.
  await buyer.signIn(account('buyer'))
  await order(buyer)
  const first = buyer.page.url()
  await callIn(coordinator)

  await buyer.open(new URL(first).pathname)
  await buyer.sees('日子定了')
  await buyer.look('preorder-balance')
  await buyer.button(/^用演示支付付/).click()
  await buyer.page.getByText('已付款').first().waitFor({ timeout: 30_000 })

  await order(buyer)
  await buyer.sees('不要了能退多少')
  await buyer.button('七天内退掉').click()
  await buyer.page.getByRole('dialog').getByRole('button', { name: '退掉', exact: true }).click()
  await buyer.sees('已退掉')

  await administrator.signIn(account('administrator'))
  await administrator.open('/admin/rates')
  await administrator.sees('一年期 LPR')
  await administrator.look('admin-rates')
  await administrator.label('从哪天起').fill('2030-01-01')
  await administrator.label('年利率（%）').fill('2.85')
  await administrator.label('谁公布的、在哪里').fill('走查')
  await administrator.button('加一条利率').click()
  await administrator.sees('2.85%')
}

/** Orders one bottle, pays its deposit and ends on the page of the order. */
async function order(buyer) {
  await buyer.open(`/listings?q=${encodeURIComponent('冬蜜')}`)
  await buyer.link(HONEY).first().click()
  await buyer.sees('订金随时可退')
  await buyer.look('listing-preorder')
  await buyer.button(/^放进购物车/).click()
  await buyer.open('/checkout')
  await fillAddress(buyer)
  await buyer.button('下一步：核对').click()
  await buyer.sees('日子定了再付')
  await buyer.look('checkout-preorder')
  await knowReturns(buyer)
  await buyer.button(/^没错，下单/).click()
  await buyer.page.waitForURL(/\/pay\//)
  await buyer.sees('其中现在付订金')
  await buyer.look('pay-preorder')
  await buyer.button(/^用演示支付付/).click()
  await buyer.sees('村里收到了')
  await buyer
    .link(/岫云村/)
    .first()
    .click()
  await buyer.page.waitForURL(/\/orders\/[0-9a-f-]{36}/)
  await buyer.sees('订金和尾款')
  await buyer.look('preorder-deposit')
}

async function callIn(coordinator) {
  await coordinator.signIn(account('coordinator', '510824115216'))
  await coordinator.open('/desk/listings?state=live')
  const row = coordinator.page.getByRole('article').filter({ hasText: HONEY })
  await row.getByRole('link', { name: /历史/ }).click()
  await coordinator.page.waitForURL(/\/desk\/listings\/[^/]+$/)
  await coordinator.sees('定日子，收尾款')
  await coordinator.label('到货日').fill('2030-01-06')
  await coordinator.label('尾款最晚什么时候付').fill('2030-01-03T18:00')
  await coordinator.look('desk-call-in')
  await coordinator.button('定下来').click()
  await coordinator.sees(/个订单开始付尾款/)
}
