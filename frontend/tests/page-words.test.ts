import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'

const SOURCE = join(import.meta.dirname, '../src')
const SHOP = join(SOURCE, 'pages/shop')
/** Shown to staff alone, who have every part, or only kept: no buyer reads them. */
const STAFF_ONLY = ['AppReasonField.vue', 'OrderUnmask.vue', 'listing-form.ts']

const partOf = readParts()
const wanted = partsOfRoutes()
const pages = readdirSync(SHOP).filter((name) => name.endsWith('Page.vue'))

describe('words of a page', () => {
  it.each(pages)('travel with it: %s', (name) => {
    const missing: string[] = []
    const seen = new Set<string>()
    visit(join(SHOP, name), wanted[basename(name, '.vue')] ?? ['account'])
    expect(missing).toEqual([])

    function visit(file: string, parts: string[]): void {
      const place = `${file} ${parts.join()}`
      if (seen.has(place) || STAFF_ONLY.includes(basename(file))) return
      seen.add(place)
      const text = readFileSync(file, 'utf8')
      missing.push(...keysIn(text).filter((key) => !parts.some((part) => isIn(key, part))))
      for (const next of imported(file, text, /^import (?!type)[^;]*?from '([^']+)'/gm)) {
        visit(next, parts)
      }
      const more = [...text.matchAll(/wantMessages\('(\w+)'\)/g)].map(([, part = '']) => part)
      for (const next of imported(file, text, /import\('([^']+)'\)/g)) {
        if (!next.includes('/pages/')) visit(next, [...new Set([...parts, ...more])].sort())
      }
    }
  })
})

/** The part in which each key is: '' is everybody's. */
function readParts(): Map<string, string> {
  const files = readdirSync(join(SOURCE, 'locales')).filter((name) => name.startsWith('zh-CN'))
  return new Map(
    files.flatMap((name) => {
      const part = name.split('.')[1] ?? ''
      const tree = JSON.parse(readFileSync(join(SOURCE, 'locales', name), 'utf8')) as object
      return keysOf(tree).map((key): [string, string] => [key, part === 'json' ? '' : part])
    }),
  )
}

function keysOf(tree: object, prefix = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [prefix + key] : keysOf(value as object, `${prefix}${key}.`),
  )
}

function partsOfRoutes(): Record<string, string[]> {
  const text = readFileSync(join(SOURCE, 'router/routes.ts'), 'utf8')
  const shop = /import\('@\/pages\/shop\/(\w+)\.vue'\)((?:,\s*'\w+')*)/g
  return Object.fromEntries(
    [...text.matchAll(shop)].map(([, page = '', parts = '']) => [
      page,
      ['', ...[...parts.matchAll(/'(\w+)'/g)].map(([, part = '']) => part)],
    ]),
  )
}

/** Keys that are named whole, and the beginnings of those that are put together. */
function keysIn(text: string): string[] {
  const named = [...text.matchAll(/\bt\(\s*['`]([\w.]+)['`]/g)].map(([, key = '']) => key)
  const begun = [...text.matchAll(/\bt\(\s*`([\w.]+\.)\$\{/g)].map(([, key = '']) => key)
  return [...named, ...begun]
}

function isIn(key: string, part: string): boolean {
  const isHere = (found: string | undefined) => found === '' || found === part
  if (!key.endsWith('.')) return isHere(partOf.get(key))
  return [...partOf].some(([whole, found]) => whole.startsWith(key) && isHere(found))
}

function imported(from: string, text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].flatMap(([, path = '']) => {
    if (!/^[@.]/.test(path)) return []
    const base = path.startsWith('@/') ? join(SOURCE, path.slice(2)) : join(dirname(from), path)
    return [base, `${base}.ts`].filter((file) => /\.(vue|ts)$/.test(file) && existsSync(file))
  })
}
