import type { CheckoutInput } from '@/api/types'

/** What a buyer says beyond goods and address. */
export type CheckoutTerms = Pick<
  CheckoutInput,
  'freight_seen_fen' | 'perishable_acknowledged' | 'gift' | 'organisation_id'
>
