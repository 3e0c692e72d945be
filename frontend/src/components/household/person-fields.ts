import type { Person, PersonalField, Relation } from '@/api/types'

export const PERSONAL_FIELDS: readonly PersonalField[] = [
  'name',
  'phone',
  'id_number',
  'bank_account',
]

export const RELATIONS: readonly Relation[] = [
  'head',
  'spouse',
  'parent',
  'child',
  'grandchild',
  'other',
]

/** Who may agree for a minor of the same household. */
export function guardiansOf(people: readonly Person[], personId?: string): Person[] {
  return people.filter(({ id, is_minor, erased_at }) => !is_minor && !erased_at && id !== personId)
}
