import type { SummaryRow } from '@/api/types'

/** The money columns of the summary, in the order money moves: in, back, held, split, out. */
export const MONEY_COLUMNS = [
  'paid_fen',
  'refunded_fen',
  'held_fen',
  'farmer_fen',
  'coop_fee_fen',
  'packing_fen',
  'freight_fen',
  'inspection_fen',
  'collective_fund_fen',
  'loss_reserve_fen',
  'platform_cost_fen',
  'paid_out_fen',
] as const satisfies readonly (keyof SummaryRow)[]

export type MoneyColumn = (typeof MONEY_COLUMNS)[number]
