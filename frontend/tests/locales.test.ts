import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

type Tree = { [key: string]: string | Tree }

const SOURCE = join(import.meta.dirname, '../src')
const PARTS = ['', '.pages', '.account', '.search', '.goods', '.buying', '.staff']
const messages = { zh: read('zh-CN'), en: read('en') }

describe('messages', () => {
  it.each(PARTS)('exist in both languages (part "%s")', (part) => {
    expect(Object.keys(readPart(`en${part}`))).toEqual(Object.keys(readPart(`zh-CN${part}`)))
  })

  it('take the same values in both languages', () => {
    for (const [key, text] of Object.entries(messages.zh)) {
      expect(placeholders(messages.en[key] ?? ''), key).toEqual(placeholders(text))
    }
  })

  it('are there for every key that the source names', () => {
    const missing = usedKeys().filter((key) => !isKnown(key))
    expect(missing).toEqual([])
  })

  it('are all used', () => {
    const used = usedKeys()
    const unused = Object.keys(messages.zh).filter(
      (key) => !used.some((pattern) => matches(pattern, key)),
    )
    expect(unused).toEqual([])
  })
})

function read(locale: string): Record<string, string> {
  return Object.assign({}, ...PARTS.map((part) => readPart(locale + part)))
}

function readPart(name: string): Record<string, string> {
  return flatten(JSON.parse(readFileSync(join(SOURCE, `locales/${name}.json`), 'utf8')) as Tree)
}

function flatten(tree: Tree, prefix = ''): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tree).flatMap(([key, value]) =>
      typeof value === 'string'
        ? [[prefix + key, value]]
        : Object.entries(flatten(value, `${prefix}${key}.`)),
    ),
  )
}

function placeholders(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort()
}

/** Literal keys, and keys with a computed part as patterns: `order.state.${state}` → `order.state.*`. */
function usedKeys(): string[] {
  const sections = [...new Set(Object.keys(messages.zh).map((key) => key.split('.')[0]))].join('|')
  const key = new RegExp(`['\`]((?:${sections})\\.[\\w.]*(?:\\$\\{[^}]+\\})?[\\w.]*)['\`]`, 'g')
  const found = sourceFiles().flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(key)].map(([, name]) => name ?? ''),
  )
  return [...new Set(found)].map((name) => name.replace(/\$\{[^}]+\}/, '*'))
}

function sourceFiles(): string[] {
  return readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(vue|ts)$/.test(name))
    .map((name) => join(SOURCE, name))
}

function isKnown(pattern: string): boolean {
  return Object.keys(messages.zh).some((key) => matches(pattern, key))
}

/** A name of a group of messages, as `useStateTabs` takes it, stands for the group. */
function matches(pattern: string, key: string): boolean {
  const [head = '', tail] = pattern.split('*')
  if (tail === undefined) return key === head || key.startsWith(`${head}.`)
  return key.startsWith(head) && key.endsWith(tail)
}
