import { describe, expect, it } from 'vitest'
import {
  chinaDay,
  chinaLocalToInstant,
  formatCountdown,
  formatDate,
  formatFen,
  formatGrams,
  formatTime,
  parseYuan,
  percentOf,
} from '../src/format'

describe('money', () => {
  it.each([
    [0, '¥0.00'],
    [5, '¥0.05'],
    [4800, '¥48.00'],
    [123456789, '¥1,234,567.89'],
    [-200, '−¥2.00'],
    [Number.MAX_SAFE_INTEGER, '¥90,071,992,547,409.91'],
  ])('writes %i fen as %s', (fen, text) => {
    expect(formatFen(fen)).toBe(text)
  })

  it.each([
    ['48', 4800],
    ['48.5', 4850],
    [' 48.05 ', 4805],
    ['0.01', 1],
    ['8.29', 829],
    ['1.005', null],
    ['-1', null],
    ['1e3', null],
    ['四十八', null],
    ['', null],
  ])('reads "%s" as %s fen', (text, fen) => {
    expect(parseYuan(text)).toBe(fen)
  })

  it('reads back what it wrote', () => {
    for (const fen of [1, 99, 100, 101, 4800, 999999]) {
      expect(parseYuan(formatFen(fen).replace(/[¥,]/g, ''))).toBe(fen)
    }
  })

  it('tells shares without dividing by nothing', () => {
    expect(percentOf(3300, 4800)).toBe(69)
    expect(percentOf(0, 0)).toBe(0)
  })
})

describe('mass', () => {
  it.each([
    [500, '500 g（1 斤）'],
    [1500, '1.5 kg（3 斤）'],
    [1825, '1.825 kg（3.65 斤）'],
    [10000, '10 kg（20 斤）'],
  ])('writes %i g as %s', (grams, text) => {
    expect(formatGrams(grams, 'zh-CN')).toBe(text)
  })

  it('names jin in English', () => {
    expect(formatGrams(1500, 'en')).toBe('1.5 kg (3 jin)')
  })
})

describe('time', () => {
  it('is told on China’s clock wherever the reader is', () => {
    expect(formatTime('2026-01-01T16:30:00Z', 'zh-CN')).toBe('2026/01/02 00:30')
    expect(formatDate('2026-01-01T16:30:00Z', 'zh-CN')).toBe('2026年1月2日')
    expect(chinaDay(new Date('2026-01-01T16:30:00Z'))).toBe('2026-01-02')
  })

  it('is read from China’s clock', () => {
    expect(chinaLocalToInstant('2026-01-02T00:30')).toBe('2026-01-01T16:30:00.000Z')
  })

  it('counts down to nothing and not below', () => {
    expect(formatCountdown(14 * 60_000 + 5_400)).toBe('14:05')
    expect(formatCountdown(-1)).toBe('0:00')
  })
})
