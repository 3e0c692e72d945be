/** Published rates are kept in millionths by the year, and read in percent. */
export const RATE_KINDS = ['lpr_1y', 'deposit'] as const

const PERCENT = /^(\d{1,2})(?:\.(\d{1,4}))?$/

/** `3.45` is 34500 millionths; `null` for what is no percentage. No floating point. */
export function percentToPpm(text: string): number | null {
  const found = PERCENT.exec(text.trim())
  if (!found) return null
  return Number(found[1]) * 10_000 + Number((found[2] ?? '').padEnd(4, '0'))
}

export function ppmToPercent(ppm: number): string {
  const rest = String(ppm % 10_000)
    .padStart(4, '0')
    .replace(/0+$/, '')
  const whole = String(Math.trunc(ppm / 10_000))
  return rest ? `${whole}.${rest}` : whole
}
