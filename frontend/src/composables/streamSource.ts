const KEY = 'yuanshan.stream'
const VALID_MS = 24 * 60 * 60 * 1000

/** Which livestream brought the visitor: kept for a day, sent along at checkout. */
export function rememberStream(code: string, now = Date.now()): void {
  localStorage.setItem(KEY, JSON.stringify({ code, at: now }))
}

export function rememberedStream(now = Date.now()): string | null {
  try {
    const saved = JSON.parse(localStorage.getItem(KEY) ?? 'null') as {
      code: string
      at: number
    } | null
    return saved && now - saved.at < VALID_MS ? saved.code : null
  } catch {
    return null
  }
}
