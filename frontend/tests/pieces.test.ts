import { flushPromises } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { PIECE_BYTES, persist, sendInPieces } from '../src/api/pieces'
import { type Call, problem, stubServer } from './support/server'

const ID = '01900000-0000-7000-8000-000000000001'
const OPEN = 'POST /api/v1/uploads'
const ONE = `/api/v1/uploads/${ID}`
const file = new Blob(['x'.repeat(2 * PIECE_BYTES + 10)])

/** A server that takes pieces; `line` says for each one whether it arrives, and whether its answer does. */
function server(line: ('ok' | 'lost' | 'answer lost')[]) {
  let offset = 0
  let isDown = 0
  const take = ({ headers, body }: Call) => {
    const fate = line.shift() ?? 'ok'
    if (fate === 'lost') {
      isDown = 2
      return new TypeError('failed to fetch')
    }
    if (Number(headers.get('Upload-Offset')) !== offset) {
      return { status: 409, body: problem('upload_offset', { offset }) }
    }
    offset += body.length
    if (fate === 'answer lost') return new TypeError('failed to fetch')
    return { status: 204, headers: { 'Upload-Offset': String(offset) } }
  }
  const calls = stubServer({
    [OPEN]: { status: 201, body: { id: ID, offset: 0, size_bytes: file.size } },
    [`PATCH ${ONE}`]: take,
    [`GET ${ONE}`]: () =>
      isDown-- > 0 ? new TypeError('failed to fetch') : { body: { id: ID, offset } },
    [`DELETE ${ONE}`]: { status: 204 },
  })
  return { calls, received: () => offset }
}

function sending() {
  const seen: [number, boolean][] = []
  const pauses: number[] = []
  const controller = new AbortController()
  return {
    seen,
    pauses,
    controller,
    signal: controller.signal,
    onProgress: (sent: number, isWaiting: boolean) => void seen.push([sent, isWaiting]),
    pause: (ms: number) => {
      pauses.push(ms)
      return Promise.resolve()
    },
  }
}

describe('a file in pieces', () => {
  it('arrives whole, each piece where the last one ended', async () => {
    const { calls, received } = server([])
    const how = sending()
    expect(await sendInPieces(file, how)).toBe(ID)
    expect(received()).toBe(file.size)
    const offsets = calls.filter(({ method }) => method === 'PATCH')
    expect(offsets.map(({ headers }) => Number(headers.get('Upload-Offset')))).toEqual([
      0,
      PIECE_BYTES,
      2 * PIECE_BYTES,
    ])
    expect(how.seen.at(-1)).toEqual([file.size, false])
  })

  it('goes on where it broke off when the line is back', async () => {
    const { received } = server(['ok', 'lost', 'ok'])
    const how = sending()
    await sendInPieces(file, how)
    expect(received()).toBe(file.size)
    expect(how.pauses).toEqual([500, 1000])
    expect(how.seen).toContainEqual([PIECE_BYTES, true])
  })

  it('asks the server what became of a piece whose answer was lost', async () => {
    const { calls, received } = server(['answer lost'])
    await sendInPieces(file, sending())
    expect(received()).toBe(file.size)
    expect(calls.filter(({ method }) => method === 'PATCH')).toHaveLength(3)
  })

  it('is given up on the server when it is cancelled', async () => {
    const { calls } = server([])
    const how = sending()
    const cancelled = sendInPieces(file, {
      ...how,
      onProgress: (sent) => {
        if (sent > 0) how.controller.abort()
      },
    })
    await expect(cancelled).rejects.toMatchObject({ name: 'AbortError' })
    await flushPromises()
    expect(calls.at(-1)).toMatchObject({ method: 'DELETE', path: ONE })
  })

  it('is not repeated when it was refused', async () => {
    const calls = stubServer({ [OPEN]: { status: 409, body: problem('too_many_uploads') } })
    await expect(sendInPieces(file, sending())).rejects.toMatchObject({ code: 'too_many_uploads' })
    expect(calls).toHaveLength(1)
  })

  it('ends with the refusal when nothing gets through for long', async () => {
    stubServer({ [OPEN]: new TypeError('failed to fetch') })
    const how = sending()
    await expect(sendInPieces(file, how)).rejects.toMatchObject({ code: 'network' })
    expect(how.pauses).toEqual([500, 1000, 2000, 4000, 8000, 15000, 15000, 15000])
  })

  it('repeats only what may pass', async () => {
    let calls = 0
    const work = () => {
      calls += 1
      return Promise.reject(new Error('a bug'))
    }
    await expect(persist(work, sending(), () => {})).rejects.toThrow('a bug')
    expect(calls).toBe(1)
  })
})
