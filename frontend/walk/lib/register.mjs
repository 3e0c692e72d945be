/** Fills in the page of registering, and goes in. */
export async function register(person, { name, phone, password }) {
  await person.label('怎么称呼您').fill(name)
  await person.label('手机号').fill(phone)
  await person.label('密码').fill(password)
  await person.page.getByRole('main').getByRole('button', { name: '注册' }).click()
  await person.page.waitForURL((url) => url.pathname !== '/register')
}

/** A number that nobody else in this walk has. */
export function freshPhone(prefix) {
  return `${prefix}${String(Date.now()).slice(-8)}`
}
