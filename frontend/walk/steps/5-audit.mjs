import { account } from '../lib/settings.mjs'

export const title = 'the auditor follows the order; others are kept out'

export async function walk({ auditor, otherAuditor, buyer, coordinator }, notes) {
  await auditor.signIn(account('auditor', '510824'))
  await auditor.page.getByRole('heading', { name: '总览' }).waitFor()
  await auditor.look('audit')
  await auditor.button('表格查看').click()
  await auditor.look('audit-as-table')
  await auditor.page.getByRole('radio', { name: '村' }).check({ force: true })
  await auditor.page.waitForURL(/group_by=village/)
  await auditor.link('岫云村').first().click()
  await auditor.page.waitForURL(/\/audit\/orders\?.*village=510824115216/)
  await auditor.look('audit-orders')

  await auditor.open(`/audit/orders/${notes.orderId}`)
  for (const part of ['买家与货', '付款', '合计与分录对照', '账本分录', '付款到户']) {
    await auditor.page.getByLabel(part, { exact: true }).first().waitFor()
  }
  await auditor.sees('相符')
  if (await auditor.page.getByText('不符', { exact: true }).count()) {
    throw new Error('a total differs from the sum of its postings')
  }
  await auditor.look('audit-order')

  await otherAuditor.signIn(account('auditor', '513431'))
  const refusal = otherAuditor.page.getByRole('alert')
  await otherAuditor.expecting(404, () =>
    otherAuditor.expecting(403, async () => {
      await otherAuditor.open(`/audit/orders/${notes.orderId}`)
      await refusal.waitFor()
    }),
  )

  for (const person of [buyer, coordinator]) {
    await person.open('/audit')
    await person.page.getByRole('heading', { name: '没有权限' }).waitFor()
  }
  await buyer.look('forbidden')
}
