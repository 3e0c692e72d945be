import type { Consent, ConsentField, ConsentPurpose, Person } from '@/api/types'

export const PURPOSES: readonly ConsentPurpose[] = ['publication', 'payout', 'contact']

const FIELDS: Record<ConsentPurpose, readonly ConsentField[]> = {
  publication: ['alias', 'story', 'photo'],
  payout: ['name', 'id_number', 'bank_account'],
  contact: ['phone'],
}
/** The household speaks through its head. */
const OF_THE_HEAD: readonly ConsentField[] = ['alias', 'story']

/** What this person can agree to for this purpose. */
export function fieldsFor(purpose: ConsentPurpose, person: Person | undefined): ConsentField[] {
  return FIELDS[purpose].filter(
    (field) => !OF_THE_HEAD.includes(field) || person?.relation === 'head',
  )
}

export function inForce(consents: readonly Consent[]): Consent[] {
  return consents.filter(({ withdrawn_at }) => !withdrawn_at)
}
