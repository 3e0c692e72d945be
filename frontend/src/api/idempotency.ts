/** `crypto.randomUUID` exists on secure origins only; village machines are often reached by plain http. */
export function uuid(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID()
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

interface Attempt {
  key: string
  /** Tells whether a body is the same; the address in it stays out of the browser's storage. */
  print: string
}

/**
 * The key of one attempt at `purpose`. A retry of the same body, even after a reload, sends the same key,
 * so that it can never order or pay twice; another body is another attempt.
 */
export function attemptKey(purpose: string, body: unknown): string {
  const print = fingerprint(JSON.stringify(body))
  const slot = slotOf(purpose)
  const saved = readAttempt(slot)
  if (saved?.print === print) return saved.key
  const key = uuid()
  sessionStorage.setItem(slot, JSON.stringify({ key, print } satisfies Attempt))
  return key
}

/** Called once the attempt has its final answer. */
export function finishAttempt(purpose: string): void {
  sessionStorage.removeItem(slotOf(purpose))
}

const FNV_OFFSET = 0xcbf29ce484222325n
const FNV_PRIME = 0x100000001b3n

/**
 * FNV-1a, 64 bits. `crypto.subtle` is missing on plain http; and were two bodies ever to look alike, the
 * server would refuse the key, because it compares the bodies themselves.
 */
function fingerprint(text: string): string {
  let hash = FNV_OFFSET
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * FNV_PRIME)
  }
  return hash.toString(16)
}

function slotOf(purpose: string): string {
  return `yuanshan.attempt.${purpose}`
}

function readAttempt(slot: string): Attempt | null {
  try {
    return JSON.parse(sessionStorage.getItem(slot) ?? 'null') as Attempt | null
  } catch {
    return null
  }
}
