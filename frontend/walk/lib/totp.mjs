import { createHmac } from 'node:crypto'

const STEP_MS = 30_000
const DIGITS = 6
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const lastSteps = new Map()

/** The next code that the server will take for this secret: each step is good once, the coming one already now. */
export async function nextCode(secret) {
  const now = Math.floor(Date.now() / STEP_MS)
  const step = Math.max(now, (lastSteps.get(secret) ?? 0) + 1)
  lastSteps.set(secret, step)
  // The server takes the step before, this one and the next.
  const early = (step - 1) * STEP_MS - Date.now()
  if (early > 0) await new Promise((resolve) => setTimeout(resolve, early + 500))
  return codeOf(secret, step)
}

/** RFC 6238 over RFC 4226: HMAC-SHA-1 of the step, truncated to six digits. */
function codeOf(secret, step) {
  const message = Buffer.alloc(8)
  message.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', fromBase32(secret)).update(message).digest()
  const offset = mac[mac.length - 1] & 0x0f
  const number = mac.readUInt32BE(offset) & 0x7fffffff
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0')
}

function fromBase32(text) {
  const bits = [...text]
    .map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0'))
    .join('')
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)))
}
