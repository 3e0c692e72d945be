import type { Capacity } from '@/api/types'

/** How a quantity in base units is written. */
export function quantityKey(base: Capacity['template']['base']): string {
  return base === 'gram' ? 'production.grams' : 'production.pieces'
}

/** The year in which a season lies that begins now, in China. */
export function thisSeason(now: Date = new Date()): string {
  return new Intl.DateTimeFormat('en', { year: 'numeric', timeZone: 'Asia/Shanghai' }).format(now)
}
