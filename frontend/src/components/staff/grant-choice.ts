import { levelsBelow } from '@/components/region/levels'
import { chinaDay, chinaLocalToInstant } from '@/format'

/** Role and region of a grant as they are being chosen. */
export interface GrantChoice {
  role: string
  /** The own region that the choice is made in. */
  within: string
  /** A place below it; empty while none is chosen. */
  region: string
  isWhole: boolean
}

export function emptyChoice(within = ''): GrantChoice {
  return { role: '', within, region: '', isWhole: levelsBelow(within).length === 0 }
}

export function chosenRegion(choice: GrantChoice): string {
  return choice.isWhole ? choice.within : choice.region
}

/** The beginning of a day in China. */
export function dayStart(day: string): string | undefined {
  return day ? chinaLocalToInstant(`${day}T00:00`) : undefined
}

/** Its last minute: who is entrusted until Friday still works on Friday. */
export function dayEnd(day: string): string | undefined {
  return day ? chinaLocalToInstant(`${day}T23:59`) : undefined
}

/** Whether a period ends before it begins, or is over already. */
export function isBadPeriod(from: string, until: string, now = new Date()): boolean {
  return until !== '' && (until < from || until < chinaDay(now))
}
