export const title = 'anybody reads the payout slip without an account'

export async function walk({ anybody }, notes) {
  await anybody.open(notes.slipPath)
  await anybody.page.getByRole('heading', { name: '到户凭条' }).waitFor()
  await anybody.sees('¥66.00')
  await anybody.sees('分账规则')
  await anybody.sees('到户日期')
  await anybody.look('receipt')

  const text = await anybody.page.getByRole('main').innerText()
  for (const name of [notes.buyer, notes.household, '13800138000', '陈女士']) {
    if (text.includes(name)) throw new Error(`the public slip shows ${name}`)
  }
}
