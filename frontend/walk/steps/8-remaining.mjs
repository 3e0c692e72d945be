export const title = 'the pages beside the main road, English, large type, signing out'

export async function walk({ buyer, coordinator, anybody }) {
  await anybody.open('/no-such-page')
  await anybody.page.getByRole('heading', { name: '没有这个页面' }).waitFor()
  await anybody.look('not-found')

  await anybody.open('/orders')
  await anybody.page.waitForURL(/\/login\?next=/)
  await anybody.look('login')

  await anybody.open('/')
  await anybody.button('EN').click()
  await anybody.page.getByRole('heading', { name: 'Just listed' }).waitFor()
  await anybody.look('home-in-english')
  await anybody.button('Large type').click()
  await anybody.look('home-in-large-type')

  await buyer.open('/me')
  await buyer.look('me')
  await buyer.open('/me/inbox')
  await buyer.sees('已发货')
  await buyer.look('inbox')
  await coordinator.open('/desk/inbox')
  await coordinator.sees('新订单，等确认')
  await coordinator.look('desk-inbox')
  await buyer.open('/me')
  await buyer.button('退出登录').click()
  await buyer.page.waitForURL((url) => url.pathname === '/')
  await buyer.open('/cart')
  await buyer.sees('购物车是空的')
  await buyer.look('cart-empty')
}
