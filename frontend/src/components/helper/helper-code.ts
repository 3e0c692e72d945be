/** Six digits to read out, and to whom. Kept by the page alone: the server tells them once. */
export interface HelperCodeShown {
  code: string
  expires_at: string
  who: string
}

/** In halves, as one reads them out: `204 816`. */
export function inHalves(code: string): string {
  return `${code.slice(0, 3)} ${code.slice(3)}`
}
