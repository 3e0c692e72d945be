import { client, unwrap } from './client'
import { ApiError } from './error'

/** Small enough that a break costs seconds on a slow line, large enough that its answers cost little. */
export const PIECE_BYTES = 128 * 1024

/** Tries without a byte of progress, while the phone says that it is online. */
const TRIES_MAX = 8
const PAUSE_MAX_MS = 15_000

export interface Sending {
  signal: AbortSignal
  /** How much has arrived, of all; and whether the line is broken now. */
  onProgress: (sent: number, isWaiting: boolean) => void
  /** The upload has a name by which it can be gone on with later. */
  onBegun?: (id: string) => Promise<void>
  pause?: (ms: number, signal: AbortSignal) => Promise<void>
}

interface Begun {
  id: string
  offset: number
}

/** How far an upload came; `null` where the server knows none of that name and size any more. */
export async function findBegun(id: string, size: number): Promise<Begun | null> {
  try {
    const { offset, size_bytes } = await unwrap(
      client.GET('/api/v1/uploads/{id}', { params: { path: { id } } }),
    )
    return size_bytes === size ? { id, offset } : null
  } catch (error) {
    if (error instanceof ApiError && error.isMissing) return null
    throw error
  }
}

/**
 * Sends a file over a line that breaks, each time on from where it broke off; gives the upload's id. `begun` is
 * an upload of the same file that was left unfinished.
 */
export async function sendInPieces(
  file: Blob,
  sending: Sending,
  begun: Begun | null = null,
): Promise<string> {
  const { signal, onProgress } = sending
  let offset = begun?.offset ?? 0
  const attempt = <T>(work: () => Promise<T>) =>
    persist(work, sending, () => {
      onProgress(offset, true)
    })
  const { id } =
    begun ??
    (await attempt(() =>
      unwrap(client.POST('/api/v1/uploads', { body: { size_bytes: file.size }, signal })),
    ))
  if (!begun) await sending.onBegun?.(id)
  const path = { id }
  try {
    while (offset < file.size) {
      signal.throwIfAborted()
      onProgress(offset, false)
      const at = offset
      const next = await sendPiece(id, at, file.slice(at, at + PIECE_BYTES), signal).catch(
        (error: unknown) => {
          if (!isPassing(error) && !isElsewhere(error)) throw error
          return null
        },
      )
      // What happened to a piece without an answer, only the server knows.
      offset =
        next ??
        (await attempt(async () => {
          const asked = await unwrap(
            client.GET('/api/v1/uploads/{id}', { params: { path }, signal }),
          )
          return asked.offset
        }))
    }
    onProgress(offset, false)
    return id
  } catch (error) {
    if (signal.aborted)
      void client.DELETE('/api/v1/uploads/{id}', { params: { path } }).catch(() => {})
    throw error
  }
}

async function sendPiece(
  id: string,
  offset: number,
  piece: Blob,
  signal: AbortSignal,
): Promise<number> {
  const { error, response } = await client.PATCH('/api/v1/uploads/{id}', {
    params: { path: { id }, header: { 'Upload-Offset': offset } },
    headers: { 'Content-Type': 'application/offset+octet-stream' },
    body: piece as never,
    bodySerializer: (body) => body,
    signal,
  })
  if (!response.ok) throw new ApiError(response.status, error)
  return Number(response.headers.get('Upload-Offset'))
}

/** Repeats what fails for a passing reason, later and later. */
export async function persist<T>(
  work: () => Promise<T>,
  { signal, pause = pauseOrOnline }: Sending,
  onBreak: () => void,
): Promise<T> {
  for (let tries = 0; ; tries += isOnline() ? 1 : 0) {
    try {
      return await work()
    } catch (error) {
      if (signal.aborted || !isPassing(error) || tries >= TRIES_MAX) throw error
      onBreak()
      await pause(Math.min(PAUSE_MAX_MS, 500 * 2 ** tries), signal)
      if (signal.aborted) throw error
    }
  }
}

/** No answer, or one that another try may change. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false
  return error.status === 0 || error.status === 408 || error.status === 429 || error.status >= 500
}

function isElsewhere(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'upload_offset'
}

function isOnline(): boolean {
  return typeof navigator === 'undefined' || navigator.onLine
}

/** Over when the time is, when the network comes back, or when nobody wants it any more. */
function pauseOrOnline(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      removeEventListener('online', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    addEventListener('online', done)
    signal.addEventListener('abort', done, { once: true })
  })
}
