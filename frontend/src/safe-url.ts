/** A link of a stranger, only if it is plain https; everything else is shown as no link at all. */
export function safeHttpsUrl(text: string | null | undefined): string | null {
  if (!text) return null
  try {
    const url = new URL(text)
    return url.protocol === 'https:' && !url.username && !url.password ? url.href : null
  } catch {
    return null
  }
}
