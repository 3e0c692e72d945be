import { codeSentTo } from '../lib/notices.mjs'

export const title = 'devices, passwords, a lost phone, and a role that is taken back'

export async function walk({ newcomer, secondDevice, administrator }, notes) {
  await endDevice(newcomer, secondDevice, notes)
  await changePassword(newcomer, notes)
  await forget(secondDevice, notes)
  await changeDetails(newcomer, notes)
  await takeBack(administrator, newcomer, notes)
}

/** Signed out from the phone, the other device is led to the door, and back. */
async function endDevice(newcomer, secondDevice, notes) {
  await secondDevice.open('/login')
  await secondDevice.fillLogin(notes.newcomer)
  await secondDevice.look('login-second-step')
  await secondDevice.signIn(notes.newcomer)
  await secondDevice.page.waitForURL((url) => url.pathname === '/desk')

  await newcomer.open('/me')
  await newcomer.link('我的设备').click()
  await newcomer.button(/^让 .* 退出$/).waitFor()
  await newcomer.look('security')
  await newcomer.button(/^让 .* 退出$/).click()
  await newcomer.sees('已退出')

  await secondDevice.expecting(401, async () => {
    await secondDevice.link('农户').first().click()
    await secondDevice.page.waitForURL(/\/login\?next=/)
  })
  await secondDevice.sees('登录已失效')
}

async function changePassword(newcomer, notes) {
  const { password } = notes.newcomer
  notes.newcomer.password = 'chestnuts-in-winter'
  await newcomer.open('/me/security')
  await newcomer.expecting(401, async () => {
    await newcomer.label('现在的密码').fill('not-the-password')
    await newcomer.label('新密码').fill(notes.newcomer.password)
    await newcomer.button('换密码').click()
    await newcomer.page.getByText('不正确').or(newcomer.page.getByText('不对')).first().waitFor()
  })
  await newcomer.label('现在的密码').fill(password)
  await newcomer.button('换密码').click()
  await newcomer.sees('密码已换')
}

/** A new password by a code that was sent, and in with a recovery code. */
async function forget(secondDevice, notes) {
  await secondDevice.open('/login')
  await secondDevice.link('忘了密码？').click()
  await secondDevice.page.waitForURL((url) => url.pathname === '/forgot')
  await secondDevice.label('手机号').fill(notes.newcomer.phone)
  await secondDevice.look('forgot')
  await secondDevice.button('发验证码').click()
  await secondDevice.label('六位验证码').fill(await codeSentTo(notes.newcomer.phone))
  notes.newcomer.password = 'walnuts-in-september'
  await secondDevice.label('新密码').fill(notes.newcomer.password)
  await secondDevice.look('forgot-code')
  await secondDevice.button('换上新密码').click()
  await secondDevice.sees('密码已换好')

  await secondDevice.fillLogin(notes.newcomer)
  await secondDevice.button('手机不在身边？用恢复码').click()
  await secondDevice.label('恢复码').fill(notes.recoveryCode)
  await secondDevice.page
    .getByRole('main')
    .getByRole('button', { name: '登录', exact: true })
    .click()
  await secondDevice.page.waitForURL((url) => url.pathname === '/desk')
}

async function changeDetails(newcomer, notes) {
  // The new password has signed this device out.
  await newcomer.expecting(401, () => newcomer.open('/me/profile'))
  await newcomer.page.waitForURL(/\/login\?next=/)
  await newcomer.signIn(notes.newcomer)
  await newcomer.open('/me/profile')
  await newcomer.look('profile')
  notes.newcomer.name = `何主任 ${notes.run}`
  await newcomer.label('怎么称呼您').fill(notes.newcomer.name)
  await newcomer.button('存好').first().click()
  await newcomer.sees('称呼已改')

  const phone = `136${String(Date.now()).slice(-8)}`
  await newcomer.label('新手机号').fill(phone)
  await newcomer.label('密码', { exact: true }).first().fill(notes.newcomer.password)
  await newcomer.button('发验证码').click()
  await newcomer.label(`发到 ${phone} 的六位验证码`).fill(await codeSentTo(phone))
  await newcomer.button('换成新号码').click()
  await newcomer.sees('手机号已换')
  notes.newcomer.phone = phone
}

/** At once: what was allowed a moment ago is not any more. */
async function takeBack(administrator, newcomer, notes) {
  await newcomer.open('/desk')
  await newcomer.sees(`${notes.newcomer.name}，您好`)

  await administrator.open('/admin?role=coordinator')
  await administrator.button('按手机号找').click()
  await administrator.look('admin-find')
  const dialog = administrator.page.getByRole('dialog', { name: '按手机号找' })
  await dialog.getByLabel('手机号').fill(notes.newcomer.phone)
  await dialog.getByRole('button', { name: '查找' }).click()
  await administrator.page.getByRole('heading', { name: notes.newcomer.name }).waitFor()
  await administrator.look('admin-person')
  await administrator.button('看完整手机号').click()
  const looking = administrator.page.getByRole('dialog', { name: '看完整手机号' })
  await looking.getByLabel('原因').fill('打电话通知培训')
  await looking.getByRole('button', { name: '看完整手机号' }).click()
  await administrator.sees(notes.newcomer.phone)
  await administrator.button(/^收回：村协调员/).click()
  const asking = administrator.page.getByRole('dialog', { name: /^收回/ })
  await asking.getByLabel('原因').fill('换人了')
  await administrator.look('admin-revoke')
  await asking.getByRole('button', { name: '收回' }).click()
  await administrator.page.getByLabel('岗位').getByText('已收回', { exact: true }).waitFor()

  await newcomer.open('/desk')
  await newcomer.page.getByRole('heading', { name: '没有权限' }).waitFor()
}
