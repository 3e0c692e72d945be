import type { IntakeInput } from '@/api/types'
import { wholeNumber } from './listing-form'

/** An intake as it is typed with one thumb: half a number is kept as well as a whole one. */
export interface IntakeForm {
  household_id: string
  template_id: string
  gross_g: string
  tare_g: string
  counted: string
  candled_bad: string
  rejected: string
  reject_reason: string
  band_reason: string
  grade: IntakeInput['grade']
  scale_id: string
  scale_checked_on: string
  age_days: string
  /** When it stood on the scale, not when it was sent. */
  taken_at: string
}

export const GRADES: readonly IntakeInput['grade'][] = ['first', 'second', 'third']

export function emptyIntake(now = new Date()): IntakeForm {
  return {
    household_id: '',
    template_id: '',
    gross_g: '',
    tare_g: '0',
    counted: '',
    candled_bad: '0',
    rejected: '0',
    reject_reason: '',
    band_reason: '',
    grade: 'first',
    scale_id: '',
    scale_checked_on: '',
    age_days: '',
    taken_at: now.toISOString(),
  }
}

/** A count that may be nothing. */
export function countOf(text: string): number | null {
  return text.trim() === '0' ? 0 : wholeNumber(text)
}

export function netOf(form: Pick<IntakeForm, 'gross_g' | 'tare_g'>): number | null {
  const [gross, tare] = [wholeNumber(form.gross_g), countOf(form.tare_g)]
  return gross !== null && tare !== null && gross > tare ? gross - tare : null
}

export type IntakeField =
  | 'household_id'
  | 'template_id'
  | 'gross_g'
  | 'tare_g'
  | 'counted'
  | 'candled_bad'
  | 'rejected_quantity'
  | 'reject_reason'
  | 'scale_id'

/** What is missing, by the field of the server that would refuse it. */
export function faultsOf(form: IntakeForm, isByPiece: boolean): IntakeField[] {
  const faults: IntakeField[] = []
  if (!form.household_id) faults.push('household_id')
  if (!form.template_id) faults.push('template_id')
  if (wholeNumber(form.gross_g) === null) faults.push('gross_g')
  else if (netOf(form) === null) faults.push('tare_g')
  if (isByPiece && wholeNumber(form.counted) === null) faults.push('counted')
  if (isByPiece && countOf(form.candled_bad) === null) faults.push('candled_bad')
  const rejected = countOf(form.rejected)
  if (rejected === null) faults.push('rejected_quantity')
  else if (rejected > 0 && !form.reject_reason.trim()) faults.push('reject_reason')
  if (!form.scale_id.trim()) faults.push('scale_id')
  return faults
}

export function intakeBody(form: IntakeForm, photoIds: string[]): IntakeInput {
  const said = (text: string) => text.trim() || null
  const counted = wholeNumber(form.counted)
  const bad = counted === null ? null : countOf(form.candled_bad)
  return {
    household_id: form.household_id,
    template_id: form.template_id,
    gross_g: wholeNumber(form.gross_g) ?? 0,
    tare_g: countOf(form.tare_g) ?? 0,
    counted,
    candled_bad: bad,
    candled_good: counted !== null && bad !== null ? Math.max(0, counted - bad) : null,
    grade: form.grade,
    rejected_quantity: countOf(form.rejected) ?? 0,
    reject_reason: said(form.reject_reason),
    band_reason: said(form.band_reason),
    photo_ids: photoIds,
    scale_id: form.scale_id.trim(),
    scale_checked_on: said(form.scale_checked_on),
    age_days: wholeNumber(form.age_days),
    taken_at: form.taken_at,
  }
}
