/** One field of two versions of a thing, with the one that both were made from, where that is known. */
export interface FieldChange<T> {
  field: keyof T
  mine: T[keyof T]
  theirs: T[keyof T]
  /** Decided by the versions themselves, or by nobody yet. */
  verdict: 'mine' | 'theirs' | 'open'
}

export type Choice = 'mine' | 'theirs'

/**
 * Compares field by field. Where one side alone changed, that side stands; where both did, or nobody knows
 * what they began from, a person chooses. Fields that are the same on both sides are not mentioned.
 */
export function changesBetween<T extends object>(
  base: T | null,
  mine: T,
  theirs: T,
): FieldChange<T>[] {
  return (Object.keys(mine) as (keyof T)[])
    .filter((field) => !isSame(mine[field], theirs[field]))
    .map((field) => ({
      field,
      mine: mine[field],
      theirs: theirs[field],
      verdict: verdictOf(base?.[field], mine[field], theirs[field]),
    }))
}

function verdictOf(base: unknown, mine: unknown, theirs: unknown): FieldChange<never>['verdict'] {
  if (base === undefined) return 'open'
  if (isSame(base, theirs)) return 'mine'
  if (isSame(base, mine)) return 'theirs'
  return 'open'
}

/** Theirs with what is kept of mine; `null` while a field is open and nobody has chosen. */
export function merged<T extends object>(
  theirs: T,
  changes: readonly FieldChange<T>[],
  choices: Partial<Record<keyof T, Choice>>,
): T | null {
  const result = { ...theirs }
  for (const { field, mine, verdict } of changes) {
    const choice = choices[field] ?? verdict
    if (choice === 'open') return null
    if (choice === 'mine') result[field] = mine
  }
  return result
}

/** Equal as data: forms are plain texts, lists and records of texts. */
export function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return false
  if (Array.isArray(one) !== Array.isArray(other)) return false
  const keys = Object.keys(one)
  if (keys.length !== Object.keys(other).length) return false
  return keys.every(
    (key) =>
      key in other &&
      isSame((one as Record<string, unknown>)[key], (other as Record<string, unknown>)[key]),
  )
}
