import { account } from '../lib/settings.mjs'
import { nextCode } from '../lib/totp.mjs'

export const title = 'the administrator invites a coordinator, who sets a second step up and begins'

const PLACE = { 市: '广元市', 区县: '苍溪县', 乡镇街道: '白驿镇', 村: '岫云村' }

export async function walk({ administrator, newcomer, secondDevice }, notes) {
  await invite(administrator, notes)
  await accept(newcomer, notes)
  await setUp(newcomer, notes)
  await usedUp(secondDevice, notes)
}

async function invite(administrator, notes) {
  await administrator.signIn(account('administrator'))
  await administrator.page.waitForURL((url) => url.pathname === '/admin')
  await administrator.look('admin-people')
  await administrator.open('/admin/invitations')
  await administrator.look('admin-invitations-none')

  await administrator.open('/admin/invitations/new')
  await administrator.button('生成链接').click()
  await administrator.sees('请选地区，或勾选整个范围')
  await administrator.look('admin-invitation-new')
  await administrator.label('岗位').selectOption({ label: '村协调员' })
  for (const [level, name] of Object.entries(PLACE)) {
    await administrator.label(new RegExp(`^${level}`)).selectOption({ label: name })
  }
  await administrator.label('给谁的').fill(`岫云村 小何 ${notes.run}`)
  await administrator.button('生成链接').click()
  const made = administrator.page.getByLabel('邀请链接')
  const link = new URL(await made.getByRole('code').textContent())
  notes.invitation = `${link.pathname}${link.hash}`
  await administrator.look('admin-invitation-link')

  await administrator.open('/admin/invitations')
  await administrator.sees('等接受')
  await administrator.look('admin-invitations')
}

/** From the link, which does not stay in the address bar, to a new account. */
async function accept(newcomer, notes) {
  notes.newcomer = {
    name: `小何 ${notes.run}`,
    phone: `137${String(Date.now()).slice(-8)}`,
    password: 'persimmons-in-autumn',
  }
  await newcomer.open(notes.invitation)
  await newcomer.sees('演示·管理员')
  if (new URL(newcomer.page.url()).hash) throw new Error('the token stayed in the address bar')
  await newcomer.look('invite')
  await newcomer.label('怎么称呼您').fill(notes.newcomer.name)
  await newcomer.label('手机号').fill(notes.newcomer.phone)
  await newcomer.label('密码').fill(notes.newcomer.password)
  await newcomer.button('注册并接受').click()
  await newcomer.page.waitForURL(/\/me\/security\?next=/)
}

async function setUp(newcomer, notes) {
  await newcomer.sees('先设好两步验证')
  await newcomer.look('security-required')
  await newcomer.button('设置两步验证').click()
  await newcomer.label('密码', { exact: true }).fill(notes.newcomer.password)
  await newcomer.button('设置两步验证').click()
  await newcomer.page.getByRole('img', { name: /两步验证的二维码/ }).waitFor()
  notes.newcomer.totp_secret = await newcomer.page.getByRole('code').textContent()
  await newcomer.look('security-set-up')
  await newcomer.expecting(401, async () => {
    await newcomer.label('六位动态码').fill('000000')
    await newcomer.button('确认，开启').click()
    await newcomer.sees('动态码不正确')
  })
  await newcomer.label('六位动态码').fill(await nextCode(notes.newcomer.totp_secret))
  await newcomer.button('确认，开启').click()
  await newcomer.page.getByRole('heading', { name: '存好恢复码' }).waitFor()
  notes.recoveryCode = await newcomer.page.getByRole('code').first().textContent()
  await newcomer.look('security-recovery-codes')
  await newcomer.button('我已经存好').click()
  await newcomer.page.waitForURL((url) => url.pathname === '/desk')
  await newcomer.sees(`${notes.newcomer.name}，您好`)
}

async function usedUp(secondDevice, notes) {
  await secondDevice.expecting(410, async () => {
    await secondDevice.open(notes.invitation)
    await secondDevice.sees('这个邀请不能用了')
  })
  await secondDevice.look('invite-gone')
}
