import { orderAndPay, ownCard } from '../lib/checkout.mjs'

export const title = 'the buyer pairs with the household, buys within the pair, and ends it'

export async function walk({ buyer, coordinator }, notes) {
  await ask(buyer, notes)
  await accept(coordinator, notes)
  await buyWithinPair(buyer, notes)
  await end(buyer, notes)
}

async function ask(buyer, notes) {
  await buyer.open(`/listings?q=${encodeURIComponent('鸡蛋')}`)
  await ownCard(buyer, notes).getByRole('link').click()
  await buyer.page
    .getByLabel('农户', { exact: true })
    .getByRole('link', { name: '去他家看看' })
    .click()
  await buyer.page.waitForURL(/\/households\//)
  await buyer.look('household')
  await buyer.button('与这家结亲').click()
  const dialog = buyer.page.getByRole('dialog')
  await dialog.getByLabel('想说的话').fill('我们一家四口在成都，想常年吃您家的蛋。')
  await buyer.look('household-pairing')
  await dialog.getByRole('button', { name: '提出结亲' }).click()
  await buyer.link('已提出，等回话').waitFor()
}

async function accept(coordinator, notes) {
  await coordinator.open('/desk/pairings')
  await coordinator.look('desk-pairings')
  const request = coordinator.page.getByRole('article').filter({ hasText: notes.household })
  await request.getByRole('button', { name: '农户应下' }).click()
  const dialog = coordinator.page.getByRole('dialog', { name: '农户应下' })
  await dialog.getByLabel('怎么应下的').fill('当面问过，王婶说好')
  await dialog.getByRole('button', { name: '农户应下' }).click()
  await coordinator.sees('已记下：结亲')
}

async function buyWithinPair(buyer, notes) {
  await buyer.open('/listings')
  await ownCard(buyer, notes).getByRole('link').click()
  await buyer.button(/^放进购物车/).click()
  await buyer.sees('已放进购物车')
  await orderAndPay(buyer)

  await buyer.open('/pairings')
  await buyer.look('pairings')
  await buyer.link(new RegExp(notes.household)).click()
  await buyer.page.getByLabel('结亲以来买的').getByText(notes.listing).waitFor()
  await buyer.look('pairing')
}

async function end(buyer) {
  await buyer.button('结束结亲').click()
  const dialog = buyer.page.getByRole('dialog', { name: '结束结亲' })
  await dialog.getByRole('button', { name: '结束结亲' }).click()
  await buyer.sees('结亲已结束')
}
