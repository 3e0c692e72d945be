import { account } from '../lib/settings.mjs'
import { pass } from '../lib/verdicts.mjs'

export const title =
  'a village reports, weighs without a network, labels its batches and takes turns'

export async function walk({ coordinator, anybody }) {
  await coordinator.signIn(account('coordinator', '510824115216'))
  const { page, context } = coordinator
  await coordinator.open('/desk/supply')
  await coordinator.sees('订的和报的')
  await coordinator.look('desk-supply')
  // Once with a network, so that the phone knows households and standards.
  await coordinator.open('/desk/intake')
  await coordinator.onABadLine(async () => {
    await context.setOffline(true)
    await coordinator.open('/desk/intake')
    await coordinator.label('哪家的货').selectOption({ index: 1 })
    await coordinator.label('什么货').selectOption({ label: '时令菜一篮' })
    await coordinator.label('毛重（克）').fill('9500')
    await coordinator.label('皮重（克）').fill('1500')
    await coordinator.sees('净重 8000 克')
    await coordinator.label('哪台秤').fill('村部台秤 1')
    await coordinator.look('desk-intake-offline')
    await page.getByRole('button', { name: '存好，下一家' }).click()
    await coordinator.settle()
    await coordinator.expecting(401, async () => {
      await context.setOffline(false)
      await coordinator.open('/desk/drafts')
      const row = page.getByRole('article').filter({ hasText: '时令菜一篮' })
      await row.getByText('已发送').waitFor({ timeout: 30_000 })
    })
    await coordinator.look('desk-drafts-intake')
  })
  await coordinator.open('/desk/batches')
  await coordinator.sees('缺合格证')
  await coordinator.look('desk-batches')
  pass('what was weighed without a network is a batch')
  const label = await page.getByRole('link', { name: '标签' }).first().getAttribute('href')
  await anybody.open(label)
  await anybody.look('batch-label')
  await coordinator.open('/desk/allocations')
  await coordinator.sees('今年头一回，先轮到')
  await coordinator.look('desk-allocations')
}
