export const LEVELS = ['province', 'city', 'county', 'township', 'village'] as const
export type RegionLevel = (typeof LEVELS)[number]

/** Codes are prefixes of each other; their length tells the level. */
export const DIGITS: Readonly<Record<RegionLevel, number>> = {
  province: 2,
  city: 4,
  county: 6,
  township: 9,
  village: 12,
}

/** The levels under a place; none under a village. */
export function levelsBelow(code: string): RegionLevel[] {
  return LEVELS.filter((level) => DIGITS[level] > code.length)
}
