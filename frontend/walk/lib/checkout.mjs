const CITY = { 省: '四川省', 市: '成都市', 区县: '锦江区' }

/** An address in Chengdu, chosen level by level. */
export async function fillAddress(buyer) {
  await buyer.label('收件人').fill('陈女士')
  await buyer.label('手机号').fill('13800138000')
  for (const [level, name] of Object.entries(CITY)) {
    await buyer.label(level, { exact: true }).selectOption({ label: name })
  }
  await buyer.label('详细地址').fill('春熙路 1 号')
}

/** Fresh goods do not come back within seven days: whoever orders some says that they know. */
export async function knowReturns(buyer) {
  const notice = buyer.label('我知道了')
  if ((await notice.count()) > 0) await notice.check()
}

/** The short way through checkout, for goods that are in the cart. */
export async function orderAndPay(buyer) {
  await buyer.open('/checkout')
  await fillAddress(buyer)
  await buyer.button('下一步：核对').click()
  await buyer.sees('其中农户得')
  await knowReturns(buyer)
  await buyer.button(/^没错，下单/).click()
  await buyer.page.waitForURL(/\/pay\//)
  await buyer.button(/^用演示支付付/).click()
  await buyer.sees('村里收到了')
}

/** The card of this walk's own listing, wherever goods are shown. */
export function ownCard(buyer, notes) {
  return buyer.page.getByRole('article').filter({ hasText: notes.household })
}
