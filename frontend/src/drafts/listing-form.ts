import type { components } from '@/api/schema'
import type { Listing, ListingInput, ListingPatch, PricePart } from '@/api/types'
import { fenToYuanText, parseYuan } from '@/format'
import { emptyComposition, PRICE_PARTS, sumFen } from '@/price'
import type { DraftPhoto } from './types'

type Schemas = components['schemas']

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
  sale_kind: Listing['sale_kind']
  /** Of a pre-order, as typed; absent in drafts of before there were deposits. */
  deposit_percent?: string
  description: string
  origin: string
  label_ingredients: string
  label_producer: string
  label_storage: string
  premium_reason: string
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
    sale_kind: 'goods',
    deposit_percent: '',
    description: '',
    origin: '',
    label_ingredients: '',
    label_producer: '',
    label_storage: '',
    premium_reason: '',
    price: emptyPrice(),
  }
}

export function emptyPrice(): ListingForm['price'] {
  return Object.fromEntries(PRICE_PARTS.map((part) => [part, ''])) as ListingForm['price']
}

/** What has versions of a listing; the server gives it whole with a `version_conflict`. */
export type ListingContent = Schemas['ListingContent']

/** The content as it is typed. Household and stock are no part of it. */
export function textsOf(
  content: Omit<ListingContent, 'photo_ids'>,
): Omit<ListingForm, 'household_id' | 'stock'> {
  return {
    template_id: content.template_id ?? '',
    title: content.title,
    category: content.category,
    unit_label: content.unit_label,
    net_weight_g: content.net_weight_g ? String(content.net_weight_g) : '',
    sale_kind: content.sale_kind,
    deposit_percent: content.deposit_percent ? String(content.deposit_percent) : '',
    description: content.description ?? '',
    origin: content.origin ?? '',
    label_ingredients: content.label.ingredients ?? '',
    label_producer: content.label.producer ?? '',
    label_storage: content.label.storage ?? '',
    premium_reason: content.premium_reason ?? '',
    price: priceTexts(content.price),
  }
}

export function photoOfServer(id: string): DraftPhoto {
  return { id, photo_id: id, url: `/api/v1/photos/${id}/small`, upload_id: null }
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

/** Only goods of a coming harvest ask a deposit. */
function depositOf(form: ListingForm): number | null {
  return form.sale_kind === 'pre_order' ? wholeNumber(form.deposit_percent ?? '') : null
}

/** What is said of the goods, as it is sent; what was left empty is nothing, not an empty text. */
function contentOf(form: ListingForm, photoIds: string[]) {
  const { price } = priceOf(form.price)
  const said = (text: string) => text.trim() || null
  return {
    template_id: form.template_id || null,
    title: form.title.trim(),
    category: form.category,
    unit_label: form.unit_label.trim(),
    net_weight_g: wholeNumber(form.net_weight_g),
    sale_kind: form.sale_kind,
    deposit_percent: depositOf(form),
    description: said(form.description),
    origin: said(form.origin),
    label: {
      ingredients: said(form.label_ingredients),
      producer: said(form.label_producer),
      storage: said(form.label_storage),
    },
    premium_reason: said(form.premium_reason),
    photo_ids: photoIds,
    price_fen: sumFen(price),
    price,
  }
}

export function bodyOf(form: ListingForm, photoIds: string[]): ListingInput {
  const stock = wholeNumber(form.stock) ?? 0
  return { household_id: form.household_id, stock, ...contentOf(form, photoIds) }
}

export function patchOf(form: ListingForm, photoIds: string[], version: number): ListingPatch {
  return { version, ...contentOf(form, photoIds) }
}

/** What the phone can see is missing: the message key by JSON pointer. */
export function faultsOf(form: ListingForm, isEdit = false): Record<string, string> {
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
  if (form.deposit_percent?.trim() && !wholeNumber(form.deposit_percent)) {
    faults['/deposit_percent'] = 'form.wholeNumber'
  }
  // Of goods that are there the stock is changed by itself.
  if (!isEdit && !wholeNumber(form.stock)) faults['/stock'] = 'form.wholeNumber'
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
  '/sale_kind': 'template',
  '/deposit_percent': 'template',
  '/description': 'template',
  '/origin': 'template',
  '/label': 'template',
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
