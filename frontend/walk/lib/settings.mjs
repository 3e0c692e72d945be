import { readFileSync } from 'node:fs'

export const BASE_URL = process.env.BASE_URL ?? 'http://127.0.0.1:8080'
export const SCREENSHOTS = process.env.SCREENSHOTS ?? 'walk/screenshots'
export const ACCOUNTS = process.env.DEMO_ACCOUNTS ?? '../data/demo-accounts.json'

const accounts = JSON.parse(readFileSync(ACCOUNTS, 'utf8'))

/** The demonstration account of a role, of exactly this region where one is named. */
export function account(role, region) {
  const found = accounts.find((one) => one.role === role && (!region || one.region === region))
  if (!found) throw new Error(`no demonstration account: ${role} ${region ?? ''}`)
  return found
}
