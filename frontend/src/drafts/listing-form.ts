import type { Listing, ListingInput, PricePart } from '@/api/types'
import { fenToYuanText, parseYuan } from '@/format'
import { emptyComposition, PRICE_PARTS, sumFen } from '@/price'

/** A listing as it is typed: half a number is kept as well as a whole one. */
export interface ListingForm {
  household_id: string
  /** `null` while nobody has chosen; empty for goods without a template. */
  template_id: string | null
  title: string
  category: string
  unit_label: string
  net_weight_g: string
  stock: string
  /** In yuan, as typed. One field: parts of two prices together are nobody's price. */
  price: Record<PricePart, string>
}

export const STEPS = ['household', 'template', 'photo', 'price'] as const
export type Step = (typeof STEPS)[number]

export const MOST_PHOTOS = 6

export function emptyForm(): ListingForm {
  return {
    household_id: '',
    template_id: null,
    title: '',
    category: '',
    unit_label: '',
    net_weight_g: '',
    stock: '',
    price: emptyPrice(),
  }
}

export function emptyPrice(): ListingForm['price'] {
  return Object.fromEntries(PRICE_PARTS.map((part) => [part, ''])) as ListingForm['price']
}

export function formOf(listing: Listing): ListingForm {
  return {
    household_id: listing.household.id,
    template_id: '',
    title: listing.title,
    category: listing.category,
    unit_label: listing.unit_label,
    net_weight_g: listing.net_weight_g ? String(listing.net_weight_g) : '',
    stock: String(listing.stock_total),
    price: priceTexts(listing.price),
  }
}

export function priceTexts(price: ListingInput['price']): ListingForm['price'] {
  const texts = emptyPrice()
  for (const part of PRICE_PARTS) if (price[part]) texts[part] = fenToYuanText(price[part])
  return texts
}

/** The parts in fen, and those that are no amount. */
export function priceOf(texts: ListingForm['price']) {
  const price = emptyComposition()
  const bad: PricePart[] = []
  for (const part of PRICE_PARTS) {
    const fen = texts[part].trim() ? parseYuan(texts[part]) : 0
    if (fen === null) bad.push(part)
    else price[part] = fen
  }
  return { price, bad }
}

export function wholeNumber(text: string): number | null {
  return /^[1-9]\d{0,7}$/.test(text.trim()) ? Number(text) : null
}

export function bodyOf(form: ListingForm, photoIds: string[]): ListingInput {
  const { price } = priceOf(form.price)
  return {
    household_id: form.household_id,
    title: form.title.trim(),
    category: form.category,
    unit_label: form.unit_label.trim(),
    net_weight_g: wholeNumber(form.net_weight_g) ?? undefined,
    stock: wholeNumber(form.stock) ?? 0,
    photo_ids: photoIds,
    price_fen: sumFen(price),
    price,
  }
}

/** What the phone can see is missing: the message key by JSON pointer. */
export function faultsOf(form: ListingForm): Record<string, string> {
  const faults: Record<string, string> = {}
  const need = (pointer: string, text: string | null) => {
    if (!text?.trim()) faults[pointer] = 'form.required'
  }
  need('/household_id', form.household_id)
  if (form.template_id === null) faults['/template_id'] = 'form.required'
  need('/title', form.title)
  need('/category', form.category)
  need('/unit_label', form.unit_label)
  if (form.net_weight_g.trim() && !wholeNumber(form.net_weight_g)) {
    faults['/net_weight_g'] = 'form.wholeNumber'
  }
  if (!wholeNumber(form.stock)) faults['/stock'] = 'form.wholeNumber'
  const { price, bad } = priceOf(form.price)
  if (price.farmer_pay_fen === 0) faults['/price/farmer_pay_fen'] = 'price.needFarmer'
  for (const part of bad) faults[`/price/${part}`] = 'form.yuan'
  return faults
}

const STEP_OF: Readonly<Record<string, Step>> = {
  '/household_id': 'household',
  '/template_id': 'template',
  '/title': 'template',
  '/category': 'template',
  '/unit_label': 'template',
  '/net_weight_g': 'template',
  '/photo_ids': 'photo',
}

/** The step on which a fault is put right. */
export function stepOf(pointer: string): Step {
  const field = `/${pointer.split('/')[1] ?? ''}`
  return STEP_OF[field] ?? 'price'
}

export function firstFaultyStep(pointers: readonly string[]): Step | null {
  const faulty = new Set(pointers.map(stepOf))
  return STEPS.find((step) => faulty.has(step)) ?? null
}

/** Where somebody goes on who comes back to a draft. */
export function nextStep(form: ListingForm, photos: number): Step {
  if (!form.household_id) return 'household'
  const missing = faultsOf(form)
  if (Object.keys(missing).some((pointer) => stepOf(pointer) === 'template')) return 'template'
  return photos === 0 ? 'photo' : 'price'
}

export function labelOf(form: ListingForm): string {
  return form.title.trim()
}
