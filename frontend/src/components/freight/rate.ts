import type { FreightRule } from '@/api/types'
import { parseYuan } from '@/format'

/** A rate while it is typed. */
export interface RateDraft {
  isSent: boolean
  first: string
  further: string
}

export function emptyRate(): RateDraft {
  return { isSent: true, first: '', further: '' }
}

/** In fen; `null`: nothing is sent there; `undefined`: an amount is none. */
export function rateOf({
  isSent,
  first,
  further,
}: RateDraft): FreightRule['elsewhere'] | undefined {
  if (!isSent) return null
  const [first_fen, further_fen] = [parseYuan(first), parseYuan(further)]
  return first_fen === null || further_fen === null ? undefined : { first_fen, further_fen }
}
