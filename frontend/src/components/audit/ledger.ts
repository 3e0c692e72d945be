import type { AuditTotals, LedgerRow } from '@/api/types'
import { MONEY_COLUMNS, type MoneyColumn } from './columns'

export interface CheckedTotal {
  column: MoneyColumn
  /** What the server states. */
  totalFen: number
  /** What the rows on this page add up to. */
  postedFen: number
}

/** What one row adds to a total, by the definitions in docs/ledger.md. Written here a second time on purpose. */
const CONTRIBUTIONS: Record<MoneyColumn, (row: LedgerRow) => number> = {
  paid_fen: (row) => (row.account === 'buyer_hold' && row.kind === 'payment' ? net(row) : 0),
  held_fen: (row) => (row.account === 'buyer_hold' ? net(row) : 0),
  refunded_fen: (row) =>
    row.account === 'refund_payable' && row.kind !== 'refund_paid' ? net(row) : 0,
  farmer_fen: (row) =>
    row.account === 'farmer_payable' && row.kind !== 'payout_sent' && row.kind !== 'payout_bounced'
      ? net(row)
      : 0,
  paid_out_fen: (row) =>
    row.account === 'payout' && row.kind === 'payout_confirmed' ? -net(row) : 0,
  coop_fee_fen: ofAccount('coop_fee'),
  packing_fen: ofAccount('packing'),
  freight_fen: ofAccount('freight'),
  inspection_fen: ofAccount('inspection'),
  collective_fund_fen: ofAccount('collective_fund'),
  loss_reserve_fen: ofAccount('loss_reserve'),
  platform_cost_fen: ofAccount('platform_cost'),
}

/** Each total as the server states it, beside the sum of the postings that make it. */
export function checkTotals(totals: AuditTotals, rows: readonly LedgerRow[]): CheckedTotal[] {
  return MONEY_COLUMNS.map((column) => ({
    column,
    totalFen: totals[column],
    postedFen: rows.reduce((sum, row) => sum + CONTRIBUTIONS[column](row), 0),
  })).filter(({ totalFen, postedFen }) => totalFen !== 0 || postedFen !== 0)
}

function ofAccount(account: string) {
  return (row: LedgerRow) => (row.account === account ? net(row) : 0)
}

function net({ credit_fen, debit_fen }: LedgerRow): number {
  return credit_fen - debit_fen
}
