import type { ProductStandard, Template } from '@/api/types'
import { fenToYuanText, parseYuan } from '@/format'

export const CLASSES = ['primary', 'prepackaged', 'processed'] as const
export const BASES = ['piece', 'gram'] as const
export const CAPACITY_UNITS = ['animal', 'tree', 'hive', 'mu'] as const
export const RETURNS = ['perishable', 'seven_days'] as const
export const PAPERS = [
  'slaughterhouse',
  'quarantine',
  'meat_inspection',
  'conformity',
  'food_licence',
  'workshop',
  'mark_organic',
  'mark_green',
  'mark_relief',
] as const

/** Every field as it is typed; numbers become numbers when it is sent. */
export function blankForm(from?: Template) {
  const text = (value: string | number | null | undefined) => (value == null ? '' : String(value))
  return {
    region_code: text(from?.region_code),
    product: text(from?.product),
    title: text(from?.title),
    category: text(from?.category),
    class: text(from?.class ?? 'primary'),
    unit_label: text(from?.unit_label),
    base: text(from?.base ?? 'piece'),
    pack_quantity: text(from?.pack_quantity),
    weight_min_g: text(from?.weight_min_g),
    weight_max_g: text(from?.weight_max_g),
    catch_weight: from?.catch_weight ?? false,
    season_from: text(from?.season_from),
    season_until: text(from?.season_until),
    min_age_days: text(from?.min_age_days),
    shelf_life_days: text(from?.shelf_life_days),
    claim_window_h: text(from?.claim_window_h ?? 48),
    cost_floor: from?.cost_floor_fen == null ? '' : fenToYuanText(from.cost_floor_fen),
    capacity_unit: text(from?.capacity_unit),
    yield_limit: text(from?.yield_limit),
    returns_rule: text(from?.returns_rule ?? 'perishable'),
    standard: text(from?.standard),
    papers: [...(from?.papers ?? [])],
  }
}

export type TemplateFormValues = ReturnType<typeof blankForm>

/** Fields that hold a whole number, and may be left empty. */
export const NUMBERS = [
  'pack_quantity',
  'weight_min_g',
  'weight_max_g',
  'min_age_days',
  'shelf_life_days',
  'claim_window_h',
  'yield_limit',
] as const

export function isWhole(text: string): boolean {
  return /^[1-9]\d{0,8}$/.test(text.trim())
}

export function toStandard(form: TemplateFormValues): ProductStandard {
  const { cost_floor, ...fields } = form
  const number = (text: string) => (text.trim() ? Number(text) : null)
  return {
    ...fields,
    category: form.category as ProductStandard['category'],
    class: form.class as ProductStandard['class'],
    base: form.base as ProductStandard['base'],
    returns_rule: form.returns_rule as ProductStandard['returns_rule'],
    capacity_unit: (form.capacity_unit || null) as ProductStandard['capacity_unit'],
    pack_quantity: Number(form.pack_quantity),
    claim_window_h: Number(form.claim_window_h),
    weight_min_g: number(form.weight_min_g),
    weight_max_g: number(form.weight_max_g),
    min_age_days: number(form.min_age_days),
    shelf_life_days: number(form.shelf_life_days),
    yield_limit: number(form.yield_limit),
    season_from: form.season_from.trim() || null,
    season_until: form.season_until.trim() || null,
    standard: form.standard.trim() || null,
    cost_floor_fen: cost_floor.trim() ? parseYuan(cost_floor) : null,
  }
}
