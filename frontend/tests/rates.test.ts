import { describe, expect, it } from 'vitest'
import { percentToPpm, ppmToPercent } from '@/components/preorder/rates'

describe('a published rate', () => {
  it.each([
    ['3', 30_000],
    ['3.45', 34_500],
    [' 0.35 ', 3_500],
    ['0.0001', 1],
  ])('%s percent is %i millionths, and back', (text, ppm) => {
    expect(percentToPpm(text)).toBe(ppm)
    expect(ppmToPercent(ppm)).toBe(text.trim())
  })

  it.each(['', '-1', '3,5', '3.45678', '100', 'x'])('%s is none', (text) => {
    expect(percentToPpm(text)).toBeNull()
  })
})
