import { describe, expect, it } from 'vitest'
import type { AuditTotals, LedgerRow } from '../src/api/types'
import { checkTotals } from '../src/components/audit/ledger'

type Kind = LedgerRow['kind']

function row(
  kind: Kind,
  account: LedgerRow['account'],
  debit_fen: number,
  credit_fen: number,
): LedgerRow {
  return { transaction_id: 't', kind, account, owner: '', debit_fen, credit_fen, at: '' }
}

/** Paid, settled, sent, bounced, sent again, confirmed: what bounced must not count twice. */
const rows = [
  row('payment', 'provider', 4800, 0),
  row('payment', 'buyer_hold', 0, 4800),
  row('settlement', 'buyer_hold', 4800, 0),
  row('settlement', 'farmer_payable', 0, 3300),
  row('settlement', 'coop_fee', 0, 1500),
  row('payout_sent', 'farmer_payable', 3300, 0),
  row('payout_sent', 'payout', 0, 3300),
  row('payout_bounced', 'payout', 3300, 0),
  row('payout_bounced', 'farmer_payable', 0, 3300),
  row('payout_sent', 'farmer_payable', 3300, 0),
  row('payout_sent', 'payout', 0, 3300),
  row('payout_confirmed', 'payout', 3300, 0),
  row('payout_confirmed', 'provider', 0, 3300),
]
const totals: AuditTotals = {
  orders: 1,
  paid_fen: 4800,
  refunded_fen: 0,
  held_fen: 0,
  farmer_fen: 3300,
  coop_fee_fen: 1400,
  packing_fen: 0,
  freight_fen: 0,
  inspection_fen: 0,
  collective_fund_fen: 0,
  loss_reserve_fen: 0,
  platform_cost_fen: 0,
  paid_out_fen: 3300,
}

describe('the ledger rows of an order', () => {
  it('stand beside the stated totals, and a difference shows', () => {
    expect(checkTotals(totals, rows)).toEqual([
      { column: 'paid_fen', totalFen: 4800, postedFen: 4800 },
      { column: 'farmer_fen', totalFen: 3300, postedFen: 3300 },
      { column: 'coop_fee_fen', totalFen: 1400, postedFen: 1500 },
      { column: 'paid_out_fen', totalFen: 3300, postedFen: 3300 },
    ])
  })
})
