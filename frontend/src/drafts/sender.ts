import { changeDraft } from './store'
import { sendIntake } from './send-intake'
import { sendListing } from './send-listing'
import type { Draft, DraftKind } from './types'

/** How a kind of draft goes to the server. It throws what the server refused. */
export type Sender = (draft: Draft, keep: Keep) => Promise<Draft>

/** Remembers a part that is done, so that it is not done twice. */
export type Keep = (change: Partial<Draft>) => Promise<Draft>

const SENDERS: Record<DraftKind, Sender> = { listing: sendListing, intake: sendIntake }

export function send(draft: Draft): Promise<Draft> {
  const keep: Keep = async (change) => {
    const kept = await changeDraft(draft.id, () => change)
    if (!kept) throw new Error('the draft was deleted while it was being sent')
    return kept
  }
  return SENDERS[draft.kind](draft, keep)
}
