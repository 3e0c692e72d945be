import { describe, expect, it } from 'vitest'
import { hasMonth } from '@/components/season/months'

const monthsOf = (from: string, until: string) =>
  Array.from({ length: 12 }, (_, index) => index + 1).filter((month) =>
    hasMonth({ from, until }, month),
  )

describe('the months of a season', () => {
  it.each([
    ['03-01', '05-31', [3, 4, 5]],
    ['03-31', '04-01', [3, 4]],
    ['11-15', '02-10', [1, 2, 11, 12]],
    ['06-10', '06-20', [6]],
    ['01-01', '12-31', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
  ])('%s to %s', (from, until, months) => {
    expect(monthsOf(from, until)).toEqual(months)
  })

  it('are all of them without a season', () => {
    expect(hasMonth(null, 7)).toBe(true)
  })
})
