import type { Household } from '@/api/types'

export type SellerType = Household['seller_type']

export const SELLER_TYPES = [
  'household_self_produced',
  'small_amount',
  'co_op',
  'firm',
] as const satisfies readonly SellerType[]

/** Whether such a seller is entered in a register, and so has a credit code. */
export function isRegistered(sellerType: string): boolean {
  return sellerType === 'co_op' || sellerType === 'firm'
}

export function sellerTypeOf(word: string): SellerType {
  return SELLER_TYPES.find((known) => known === word) ?? 'household_self_produced'
}
