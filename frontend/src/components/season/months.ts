export interface Season {
  from: string
  until: string
}

/** Whether a month, 1 to 12, has a day of the season; `MM-DD` sort as text. A season may go over the new year. */
export function hasMonth(season: Season | null | undefined, month: number): boolean {
  if (!season) return true
  const two = String(month).padStart(2, '0')
  const touches = (from: string, until: string) => from <= `${two}-31` && until >= `${two}-01`
  return season.from <= season.until
    ? touches(season.from, season.until)
    : touches(season.from, '12-31') || touches('01-01', season.until)
}
