import type { IntakeForm } from './intake-form'
import type { ListingForm } from './listing-form'

/** What can be written without a network. Another kind is one more line here and in `sender.ts`. */
export interface DraftForms {
  listing: ListingForm
  intake: IntakeForm
}

export type DraftKind = keyof DraftForms

/**
 * editing ──▶ queued ──▶ sending ──▶ sent
 *    ▲           ▲           ├──▶ queued (no answer; tried again later)
 *    └───────────┴───────────┼──▶ refused (the server says why)
 *                            └──▶ conflict (somebody changed the same listing meanwhile)
 */
export type DraftState = 'editing' | 'queued' | 'sending' | 'sent' | 'conflict' | 'refused'

/** A picture of a draft. Its bytes lie beside the draft, so that writing a word does not write them anew. */
export interface DraftPhoto {
  id: string
  /** The server's, once it has the picture: it is not sent a second time. */
  photo_id: string | null
  /** Where the server shows it. */
  url: string | null
  /** An upload that was begun and broken off. */
  upload_id: string | null
}

/** The refusal as it is shown again later, also without a network. */
export interface SavedProblem {
  status: number
  code: string
  detail: string
  errors: { pointer: string; code: string; detail: string }[]
}

/** What was sent and may have arrived: exactly this goes out again until an answer says what became of it. */
export interface Attempt {
  body: string
  at: string
}

/** The same listing as somebody else left it. */
export interface Theirs<K extends DraftKind = 'listing'> {
  form: DraftForms[K]
  photos: DraftPhoto[]
  version: number
}

/** Without a kind, what most of the code asks for: a listing. `asIntake` tells an intake apart. */
export interface Draft<K extends DraftKind = 'listing'> {
  id: string
  /** The Idempotency-Key: the id, as long as nobody decides to send it as something new. */
  key: string
  kind: K
  /** The person who wrote it; nobody else at this phone sees it. */
  owner: string
  state: DraftState
  form: DraftForms[K]
  photos: DraftPhoto[]
  /** Handed in for review after it has arrived. */
  submit: boolean
  /** What it changes, or what has become of it. */
  subject_id: string | null
  /** The version that it was made from; none for something new. */
  base_version: number | null
  base: { form: DraftForms[K]; photos: DraftPhoto[] } | null
  theirs: Theirs<K> | null
  attempt: Attempt | null
  problem: SavedProblem | null
  tries: number
  next_try_at: string | null
  /** A few words to tell it by, kept when the rest is cleared. */
  label: string
  created_at: string
  updated_at: string
  sent_at: string | null
}

export interface StoredPhoto {
  id: string
  draft_id: string
  type: string
  /** Not a Blob: some webviews lose what a kept Blob points at. */
  bytes: ArrayBuffer
}

/** The same draft as what it is, if it is of something that was weighed. */
export function asIntake(draft: Draft): Draft<'intake'> | null {
  const any = draft as unknown as Draft<'intake'>
  return any.kind === 'intake' ? any : null
}
