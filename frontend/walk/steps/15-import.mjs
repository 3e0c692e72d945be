export const title = 'a table of households is judged by its cells, mended and imported'

const HEAD = '村,别名,故事,人数,别名同意方式'

export async function walk({ coordinator }) {
  await coordinator.open('/desk/imports')
  await coordinator.page.getByRole('heading', { name: '填表' }).waitFor()
  await coordinator.sees('12 位统计用区划代码')
  await coordinator.look('desk-imports')

  await send(coordinator, '岫云村,走查新家,,5-6,点按')
  await coordinator.sees('不是数字')
  await coordinator.sees('请按下面的说明改好表格')
  await coordinator.look('desk-import-errors')
  await coordinator.button('取消').click()
  await coordinator.sees('已取消')

  await coordinator.open('/desk/imports')
  await send(coordinator, '岫云村,走查新家,,四口,点按')
  await coordinator.sees('没有错误，可以导入')
  await coordinator.look('desk-import')
  await coordinator.button('导入 1 行').click()
  await coordinator.sees('已导入')
  await coordinator.link('去看看').click()
  await coordinator.sees('走查新家')
}

async function send(coordinator, row) {
  const file = { name: '农户.csv', mimeType: 'text/csv', buffer: Buffer.from(`${HEAD}\n${row}\n`) }
  await coordinator.page.getByLabel('选择文件').setInputFiles(file)
  await coordinator.page.waitForURL(/\/desk\/imports\/.+/)
}
