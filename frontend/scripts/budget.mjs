// Holds the byte budgets of the two pages that matter most, from what the build says it made.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const DIST = new URL('../dist/', import.meta.url)
const KIB = 1024
const MESSAGES = 'src/locales/zh-CN.json'

const budgets = [
  { page: 'goods list', route: 'src/pages/shop/ListingsPage.vue', js: 105, css: 12 },
  {
    page: 'audit summary',
    route: 'src/pages/audit/AuditSummaryPage.vue',
    layout: 'src/pages/audit/AuditLayout.vue',
    js: 410,
    css: Infinity,
  },
]

const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', DIST), 'utf8'))

/** Everything a first visit to the page must fetch: the entry, the messages, its layout, itself. */
function filesOf({ route, layout }) {
  const seen = new Set()
  const files = new Set()
  const visit = (key) => {
    if (!key || seen.has(key)) return
    seen.add(key)
    const chunk = manifest[key]
    if (!chunk) throw new Error(`the build made no chunk for ${key}`)
    files.add(chunk.file)
    chunk.css?.forEach((file) => files.add(file))
    chunk.imports?.forEach(visit)
  }
  ;['index.html', MESSAGES, layout, route].forEach(visit)
  return [...files]
}

function kib(files, extension) {
  const bytes = files
    .filter((file) => file.endsWith(extension))
    .map((file) => gzipSync(readFileSync(new URL(file, DIST))).length)
    .reduce((sum, size) => sum + size, 0)
  return bytes / KIB
}

let isOver = false
for (const budget of budgets) {
  const files = filesOf(budget)
  for (const kind of ['js', 'css']) {
    const size = kib(files, `.${kind}`)
    const verdict = size <= budget[kind] ? 'ok' : 'OVER'
    isOver ||= verdict === 'OVER'
    const limit = Number.isFinite(budget[kind]) ? ` of ${budget[kind]}` : ''
    console.log(`${verdict}  ${budget.page}: ${size.toFixed(1)}${limit} KiB of ${kind}, gzipped`)
  }
}
process.exitCode = isOver ? 1 : 0
