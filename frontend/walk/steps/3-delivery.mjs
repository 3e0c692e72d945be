export const title = 'confirmed, packed, shipped, received, settled, paid out'

export async function walk({ buyer, coordinator, approver }, notes) {
  await send(coordinator, notes)
  await readWhoLooked(buyer)
  await receive(buyer, notes)
  await claim(buyer, coordinator)
  await review(buyer, coordinator)
  await payOut(coordinator, approver, notes)
  await checkTransfers(coordinator, approver)
}

/** One person has recorded a transfer, another confirms it. */
async function checkTransfers(coordinator, approver) {
  await coordinator.open('/desk/transfers')
  await coordinator.look('desk-transfers')
  await coordinator.button('登记').first().click()
  await coordinator.page.getByRole('dialog', { name: '登记' }).waitFor()
  await coordinator.look('desk-transfer-record')
  await approver.open('/desk/transfers?state=recorded')
  await approver.button('核对无误，确认').first().click()
  await approver.sees('已确认')
}

async function send(coordinator, notes) {
  await coordinator.open('/desk/orders')
  await coordinator.look('desk-orders')
  await coordinator.open(`/desk/orders/${notes.orderId}`)
  await coordinator.look('desk-order')
  await coordinator.button('确认报货').click()
  await unmask(coordinator)
  await weigh(coordinator)
  await coordinator.button('装箱完成').click()
  await coordinator.button('发货').click()
  const dialog = coordinator.page.getByRole('dialog', { name: '填写运单' })
  await dialog.getByLabel('快递公司').fill('中国邮政')
  await dialog.getByLabel('运单号').fill(`EA${notes.run.toUpperCase()}CN`)
  const shipped = coordinator.page.getByLabel('配送').getByText('中国邮政')
  // The hen travels with a quarantine certificate, if the last one is over.
  const quarantine = dialog.getByLabel(/动物检疫合格证明/)
  await coordinator.expecting(409, async () => {
    await dialog.getByRole('button', { name: '发货' }).click()
    await shipped.or(quarantine).first().waitFor()
  })
  if (await quarantine.isVisible()) {
    await coordinator.look('desk-order-papers')
    await quarantine.fill(`510824-${notes.run}`)
    await dialog.getByLabel('发证日期').fill(today())
    await dialog.getByRole('button', { name: '发货' }).click()
  }
  await shipped.waitFor()
}

/** The hen is settled by what it weighs. */
async function weigh(coordinator) {
  await coordinator.page.getByLabel(/共重多少克/).fill('1800')
  await coordinator.look('desk-order-weights')
  await coordinator.button('记下重量').click()
  await coordinator.sees('重量已记下')
}

/** The day in China. */
function today() {
  return new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10)
}

/** Whom to send it to is masked until it is needed. */
async function unmask(coordinator) {
  const delivery = coordinator.page.getByLabel('配送')
  await delivery.getByText('138****8000').waitFor()
  await coordinator.button('看完整地址').click()
  const dialog = coordinator.page.getByRole('dialog', { name: '看完整地址' })
  await coordinator.look('desk-order-unmask')
  await dialog.getByLabel('打包发货').check()
  await dialog.getByRole('button', { name: '看完整地址' }).click()
  await delivery.getByText('13800138000').waitFor()
  await delivery.getByText('春熙路 1 号').waitFor()
  await coordinator.look('desk-order-unmasked')
}

async function readWhoLooked(buyer) {
  await buyer.open('/me')
  await buyer.link('谁看过我的资料').click()
  await buyer.sees('事由：打包发货')
  await buyer.look('me-access-log')
}

/** Releasing the money takes two taps. */
async function receive(buyer, notes) {
  await buyer.open(notes.orderPath)
  await buyer.button('确认收货').click()
  const dialog = buyer.page.getByRole('dialog', { name: '收到货了吗？' })
  await dialog.getByRole('button', { name: '收到了' }).click()
  await buyer.page.getByLabel('进度').getByText('结清，钱分到各家').waitFor()
  const slip = buyer.page
    .getByLabel('到户凭条')
    .getByRole('link')
    .filter({ hasText: notes.household })
  notes.slipPath = await slip.getAttribute('href')
  await buyer.look('order-settled')
}

/** What came late is claimed; the village sends it again, which moves no money. */
async function claim(buyer, coordinator) {
  await buyer
    .button(/有问题，要售后/)
    .first()
    .click()
  const dialog = buyer.page.getByRole('dialog', { name: /^售后/ })
  await dialog.getByLabel('出了什么问题').selectOption({ label: '送晚了' })
  await dialog.getByLabel('说一说').fill('晚到了两天')
  await buyer.look('order-claim')
  await dialog.getByRole('button', { name: '提交售后' }).click()
  await buyer.sees('等村里处理')

  await coordinator.open('/desk/claims')
  const card = coordinator.page.getByRole('article').filter({ hasText: '晚到了两天' })
  await card.getByLabel('说明（买家看得到）').fill('今天补发')
  await coordinator.look('desk-claims')
  await card.getByRole('button', { name: '重新发货' }).click()
  await card.waitFor({ state: 'detached' })
}

async function review(buyer, coordinator) {
  await buyer.button(/^评价/).first().click()
  const dialog = buyer.page.getByRole('dialog', { name: /^评价/ })
  await dialog.getByLabel('说一说').fill('很香，很新鲜')
  await dialog.getByRole('button', { name: '发表评价' }).click()
  await buyer.page.getByLabel('买家评价').getByText('很香，很新鲜').waitFor()
  await buyer.look('order-reviewed')

  await coordinator.open('/desk/ratings')
  await coordinator.button('回复').first().click()
  const reply = coordinator.page.getByRole('dialog', { name: '回复' })
  await reply.getByLabel('回复的话').fill('谢谢')
  await reply.getByRole('button', { name: '回复' }).click()
  await coordinator.sees('村里回复：谢谢')
  await coordinator.look('desk-ratings')
}

async function payOut(coordinator, approver, notes) {
  await approver.open('/desk/payouts?state=due')
  await payout(approver, notes).getByRole('button', { name: '审批通过' }).click()
  await approver.sees('已审批')

  await coordinator.open('/desk/payouts?state=approved')
  await coordinator.look('desk-payouts')
  await payout(coordinator, notes).getByRole('button', { name: '登记付款' }).click()
  const dialog = coordinator.page.getByRole('dialog', { name: '登记付款' })
  await dialog.getByLabel('银行流水号').fill(`ICBC-${notes.run}`)
  await dialog.getByRole('button', { name: '已付出' }).click()
  await coordinator.sees('已登记付款')

  await coordinator.open('/desk/payouts?state=sent')
  await payout(coordinator, notes).getByRole('button', { name: '确认到户' }).click()
  await coordinator.sees('已确认到户')

  await coordinator.open('/desk/payouts/bank-files')
  await coordinator.page.getByRole('article').filter({ hasText: 'SHA-256' }).first().waitFor()
  await coordinator.look('desk-bank-files')
}

function payout(person, notes) {
  return person.page.getByRole('article').filter({ hasText: notes.household })
}
