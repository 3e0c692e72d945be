import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ACCOUNTS } from './settings.mjs'

const FILE = join(dirname(ACCOUNTS), 'notices.jsonl')
const TRIES = 50
const PAUSE_MS = 200

/** The code that was sent to a number last; messages go out in the background. `after` is one that is known. */
export async function codeSentTo(phone, after) {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const code = lastCode(phone)
    if (code && code !== after) return code
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
  throw new Error('no code was sent')
}

function lastCode(phone) {
  if (!existsSync(FILE)) return undefined
  const notices = readFileSync(FILE, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const last = notices.filter(({ to }) => to === phone).at(-1)
  return last && /\d{6}/.exec(last.text)[0]
}
