/** A mobile number of mainland China, as typed: spaces and dashes are forgiven. */
export function isMobilePhone(text: string): boolean {
  return /^1[3-9]\d{9}$/.test(normalPhone(text))
}

export function normalPhone(text: string): string {
  return text.replace(/[\s-]/g, '')
}
