/**
 * The one place where fen, grams and instants become text. Everything upstream stays an integer or an
 * RFC 3339 string; nothing here rounds money.
 */
const FEN_PER_YUAN = 100
const GRAMS_PER_JIN = 500
const TIME_ZONE = 'Asia/Shanghai'
const MINUS = '−'

export function formatFen(fen: number): string {
  const sign = fen < 0 ? MINUS : ''
  return `${sign}¥${groupThousands(yuanDigits(Math.abs(fen)))}`
}

/** Digits for a form field: `4800` → `48.00`. */
export function fenToYuanText(fen: number): string {
  return yuanDigits(fen)
}

/** `48`, `48.5`, `48.50` → fen; anything else, also a third decimal, → null. */
export function parseYuan(text: string): number | null {
  const match = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(text.trim())
  if (!match?.[1]) return null
  return Number(match[1]) * FEN_PER_YUAN + Number((match[2] ?? '').padEnd(2, '0'))
}

/** A whole percentage of `whole`, for telling shares apart; never for computing with. */
export function percentOf(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part * 100) / whole)
}

export function formatGrams(grams: number, locale: string): string {
  const kilograms = grams < 1000 ? `${grams} g` : `${thousandths(grams)} kg`
  const jin = thousandths(grams * (1000 / GRAMS_PER_JIN))
  return locale === 'en' ? `${kilograms} (${jin} jin)` : `${kilograms}（${jin} 斤）`
}

export function formatDate(instant: string, locale: string): string {
  return dateFormat(locale, { year: 'numeric', month: 'long', day: 'numeric' }).format(
    new Date(instant),
  )
}

export function formatTime(instant: string, locale: string): string {
  return dateFormat(locale, {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(instant))
}

export function formatCount(count: number): string {
  return groupThousands(String(count))
}

/** Minutes and seconds that are left, never negative: `14:05`. */
export function formatCountdown(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** The calendar day in China, as `YYYY-MM-DD`. */
export function chinaDay(instant: Date): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: TIME_ZONE }).format(instant)
}

/** What a `datetime-local` field holds is China's wall clock, wherever the browser stands. */
export function chinaLocalToInstant(local: string): string {
  return new Date(`${local}:00+08:00`).toISOString()
}

function yuanDigits(fen: number): string {
  const cents = String(fen % FEN_PER_YUAN).padStart(2, '0')
  return `${Math.trunc(fen / FEN_PER_YUAN)}.${cents}`
}

function groupThousands(digits: string): string {
  const [whole = '', decimals] = digits.split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return decimals === undefined ? grouped : `${grouped}.${decimals}`
}

/** `1500` → `1.5`: an exact decimal without trailing zeros. */
function thousandths(amount: number): string {
  const rest = String(amount % 1000)
    .padStart(3, '0')
    .replace(/0+$/, '')
  return rest ? `${Math.trunc(amount / 1000)}.${rest}` : String(Math.trunc(amount / 1000))
}

const formats = new Map<string, Intl.DateTimeFormat>()

function dateFormat(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${JSON.stringify(options)}`
  const known = formats.get(key)
  if (known) return known
  const made = new Intl.DateTimeFormat(locale, { ...options, timeZone: TIME_ZONE })
  formats.set(key, made)
  return made
}
