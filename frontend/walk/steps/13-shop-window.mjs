import { pass } from '../lib/verdicts.mjs'

export const title = 'seasons, categories, and what a shared page says of itself'

export async function walk({ anybody }) {
  await anybody.open('/season')
  await anybody.page.getByRole('heading', { name: '现在当季' }).waitFor()
  await anybody.page.getByRole('table').waitFor()
  await anybody.look('season')

  await anybody.open('/categories/eggs')
  await anybody.sees('农户得')
  await anybody.look('category')
  await anybody.open('/categories/no-such-category')
  await anybody.sees('没有这个分类')

  await anybody.open('/listings')
  await anybody.page.locator('a[href^="/listings/"]').first().click()
  await anybody.page.waitForURL(/\/listings\/[0-9a-f-]{36}/)
  await anybody.settle()
  await anybody.button('分享').click()
  await anybody.page
    .getByRole('dialog')
    .getByRole('img', { name: /二维码/ })
    .waitFor()
  await anybody.look('share')

  // WeChat reads the page without running it.
  const html = await (await anybody.page.request.get(anybody.page.url())).text()
  const title = /<title>(.*?)<\/title>/.exec(html)?.[1]
  const heading = await anybody.page.getByRole('heading', { level: 1 }).textContent()
  if (!title?.startsWith(heading.trim()) || !html.includes('property="og:image"')) {
    throw new Error(`the page says only “${title}” of itself`)
  }
  pass('a shared listing has its title and picture before any script runs')
}
