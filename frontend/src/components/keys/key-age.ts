const DAY_MS = 24 * 60 * 60 * 1000

/** Whole days, never negative: a server's clock may be ahead of this one. */
export function daysSince(instant: string, now: Date): number {
  return Math.max(0, Math.floor((now.getTime() - Date.parse(instant)) / DAY_MS))
}
