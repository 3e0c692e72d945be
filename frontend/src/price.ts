import type { PriceComposition, PricePart } from '@/api/types'

/** The parts of a price in the order they are told: from the farmer outward. */
export const PRICE_PARTS = [
  'farmer_pay_fen',
  'quality_bonus_fen',
  'coop_fee_fen',
  'packing_fen',
  'freight_fen',
  'inspection_fen',
  'collective_fund_fen',
  'loss_reserve_fen',
  'platform_cost_fen',
] as const satisfies readonly PricePart[]

/** Ledger accounts of a settled order, with the price part each of them comes from. */
export const ACCOUNT_PARTS: Readonly<Record<string, PricePart>> = {
  farmer_payable: 'farmer_pay_fen',
  coop_fee: 'coop_fee_fen',
  packing: 'packing_fen',
  freight: 'freight_fen',
  inspection: 'inspection_fen',
  collective_fund: 'collective_fund_fen',
  loss_reserve: 'loss_reserve_fen',
  platform_cost: 'platform_cost_fen',
}

export function emptyComposition(): PriceComposition {
  return {
    farmer_pay_fen: 0,
    quality_bonus_fen: 0,
    coop_fee_fen: 0,
    packing_fen: 0,
    freight_fen: 0,
    inspection_fen: 0,
    collective_fund_fen: 0,
    loss_reserve_fen: 0,
    platform_cost_fen: 0,
  }
}

/** Pay and bonus both reach the household. */
export function farmerFen(price: PriceComposition): number {
  return price.farmer_pay_fen + price.quality_bonus_fen
}

export function sumFen(price: PriceComposition): number {
  return PRICE_PARTS.reduce((sum, part) => sum + price[part], 0)
}

export function isFarmerPart(part: PricePart): boolean {
  return part === 'farmer_pay_fen' || part === 'quality_bonus_fen'
}
