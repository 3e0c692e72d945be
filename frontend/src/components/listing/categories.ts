/** The goods the forms offer; a code that is not among them is shown as it is. */
export const CATEGORIES = [
  'eggs',
  'poultry',
  'pork',
  'meat',
  'fish',
  'grain',
  'vegetables',
  'fruit',
  'tea',
  'honey',
  'preserved',
  'other',
] as const

export function isKnownCategory(code: string): boolean {
  return CATEGORIES.some((known) => known === code)
}
