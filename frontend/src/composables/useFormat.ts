import { useI18n } from 'vue-i18n'
import * as format from '@/format'

/** The formats of `src/format.ts` in the language of the page. */
export function useFormat() {
  const { locale } = useI18n()
  return {
    fen: format.formatFen,
    count: format.formatCount,
    percent: format.percentOf,
    grams: (grams: number) => format.formatGrams(grams, locale.value),
    date: (instant: string) => format.formatDate(instant, locale.value),
    time: (instant: string) => format.formatTime(instant, locale.value),
  }
}
