import { ApiError } from '@/api/error'
import { currentToken, refresh } from '@/api/token'
import { whileAlone } from './lock'
import { emptyForm } from './listing-form'
import { isDue, isKeyStale, isWaiting, outcomeOf, plainProblem } from './rules'
import { send } from './sender'
import { changeDraft, clearPhotos, listDrafts } from './store'
import type { Draft } from './types'

export interface Run {
  /** Whether the server could be reached; `null` if nothing was sent. */
  reached: boolean | null
}

/** Sends what waits, one draft at a time, in the order in which they were written. */
export async function sendWaiting(owner: string, isForced = false): Promise<Run> {
  const run: Run = { reached: null }
  await whileAlone(async (renew) => {
    const drafts = await listDrafts(owner)
    drafts.sort((one, other) => one.created_at.localeCompare(other.created_at))
    for (const { id, state, next_try_at } of drafts) {
      const isOn = isForced ? isWaiting({ state }) : isDue({ state, next_try_at }, new Date())
      if (!isOn) continue
      await renew()
      const error = await sendOne(id)
      run.reached = !(error instanceof ApiError && error.status === 0)
      // Without a network, or signed out, the next would fail as this one did.
      if (error instanceof ApiError && (error.status === 0 || error.status === 401)) break
    }
  })
  return run
}

/** Gives what stood in the way, which is by now kept with the draft. */
async function sendOne(id: string): Promise<unknown> {
  const draft = await changeDraft(id, (now) =>
    isWaiting(now) ? { state: 'sending', problem: null } : undefined,
  )
  if (draft?.state !== 'sending') return null
  if (isKeyStale(draft, new Date())) {
    await changeDraft(id, () => ({ state: 'refused', problem: plainProblem('perhaps_sent') }))
    return null
  }
  try {
    if (!currentToken() && !(await refresh())) {
      throw new ApiError(401, { code: 'unauthenticated' })
    }
    await finish(await send(draft))
    return null
  } catch (error) {
    await takeBack(draft, error)
    return error
  }
}

/** What stays is what tells that it went: a title and a time. */
async function finish(draft: Draft): Promise<void> {
  await clearPhotos(draft.id)
  await changeDraft(draft.id, (now) => ({
    state: 'sent',
    form: emptyForm(),
    photos: [],
    base: null,
    theirs: null,
    problem: null,
    tries: 0,
    next_try_at: null,
    label: now.label,
    sent_at: new Date().toISOString(),
  }))
}

async function takeBack(draft: Draft, error: unknown): Promise<void> {
  await changeDraft(draft.id, (now) => {
    const tries = now.tries + 1
    const outcome = outcomeOf(error, tries)
    const waitS = outcome.state === 'queued' ? outcome.waitS : null
    const next = waitS === null ? null : new Date(Date.now() + waitS * 1000).toISOString()
    return { state: outcome.state, problem: outcome.problem, tries, next_try_at: next }
  })
}

/** When something should be tried again, for the timer of the page. */
export function nextTry(drafts: readonly Draft[]): Date | null {
  const times = drafts.flatMap((draft) =>
    isWaiting(draft) && draft.next_try_at ? [draft.next_try_at] : [],
  )
  const first = times.sort()[0]
  return first ? new Date(first) : null
}
