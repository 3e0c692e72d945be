import { ApiError } from '@/api/error'
import type { Draft, DraftState, SavedProblem } from './types'

const FIRST_WAIT_S = 5
const LONGEST_WAIT_S = 600
/** The server remembers a key for seven days; after that the same key could make a second listing. */
const KEY_GOOD_MS = 6 * 24 * 3600 * 1000
/** How long a sent draft stays in the list, as its title alone. */
const SENT_KEPT_MS = 7 * 24 * 3600 * 1000

/** What an answer, or none, means for a draft. */
export type Outcome =
  | { state: 'queued'; problem: SavedProblem | null; waitS: number }
  | { state: 'queued'; problem: SavedProblem; waitS: null }
  | { state: 'refused' | 'conflict'; problem: SavedProblem }

export function isUnsent(draft: Pick<Draft, 'state'>): boolean {
  return draft.state !== 'sent'
}

export function needsPerson(draft: Pick<Draft, 'state'>): boolean {
  return draft.state === 'conflict' || draft.state === 'refused'
}

/** A draft that was being sent when its page died is one that waits; whoever holds the lock takes it up. */
export function isWaiting(draft: Pick<Draft, 'state'>): boolean {
  return draft.state === 'queued' || draft.state === 'sending'
}

export function isDue(draft: Pick<Draft, 'state' | 'next_try_at'>, now: Date): boolean {
  return isWaiting(draft) && (!draft.next_try_at || new Date(draft.next_try_at) <= now)
}

/** Doubling, up to ten minutes; `tries` counts those that failed. */
export function waitSeconds(tries: number): number {
  return Math.min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** Math.min(Math.max(0, tries - 1), 10))
}

/** Silence and faults of the server pass; a lost session waits for the person; the rest is for the draft. */
export function outcomeOf(error: unknown, tries: number): Outcome {
  if (!(error instanceof ApiError)) {
    return { state: 'refused', problem: plainProblem('unexpected') }
  }
  const problem = savedProblem(error)
  if (isForSignIn(error)) return { state: 'queued', problem, waitS: null }
  if (isPassing(error)) {
    const waitS = Math.max(error.retryAfterS ?? 0, waitSeconds(tries))
    return { state: 'queued', problem: error.status === 0 ? null : problem, waitS }
  }
  return { state: error.code === 'version_conflict' ? 'conflict' : 'refused', problem }
}

function isForSignIn(error: ApiError): boolean {
  return error.status === 401 || error.code === 'second_factor_required'
}

export function isPassing(error: ApiError): boolean {
  return error.status === 0 || error.status === 408 || error.status === 429 || error.status >= 500
}

/** Whether the request may have been carried out although no answer says so. */
export function isUnknown(error: unknown): boolean {
  return !(error instanceof ApiError) || error.status === 0 || error.status >= 500
}

export function isKeyStale(draft: Pick<Draft, 'attempt'>, now: Date): boolean {
  return !!draft.attempt && now.getTime() - new Date(draft.attempt.at).getTime() > KEY_GOOD_MS
}

export function isForgettable(draft: Pick<Draft, 'state' | 'sent_at'>, now: Date): boolean {
  if (draft.state !== 'sent' || !draft.sent_at) return false
  return now.getTime() - new Date(draft.sent_at).getTime() > SENT_KEPT_MS
}

export function savedProblem(error: ApiError): SavedProblem {
  const errors = error.fields.map(({ pointer, code, detail }) => ({ pointer, code, detail }))
  return { status: error.status, code: error.code, detail: error.detail, errors }
}

/** Into the queue. Whoever looked and did not find it sends it as something new, under a key of its own. */
export function queuedAgain(draft: Draft, newKey: () => string): Partial<Draft> {
  const isNew = draft.problem?.code === 'perhaps_sent'
  return {
    state: 'queued',
    problem: null,
    next_try_at: null,
    ...(isNew && { key: newKey(), attempt: null }),
  }
}

/** A refusal of our own, worded by the page. */
export function plainProblem(code: string): SavedProblem {
  return { status: -1, code, detail: '', errors: [] }
}

/** What the person may do with a draft in this state. */
export function mayEdit(state: DraftState): boolean {
  return state === 'editing' || state === 'queued' || state === 'refused'
}

export function lastSent(drafts: readonly Pick<Draft, 'sent_at'>[]): string | null {
  const times = drafts.flatMap(({ sent_at }) => (sent_at ? [sent_at] : [])).sort()
  return times.at(-1) ?? null
}
