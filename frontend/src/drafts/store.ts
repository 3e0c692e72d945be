import { uuid } from '@/api/idempotency'
import { database } from './database'
import { labelOf, type ListingForm } from './listing-form'
import { isForgettable, isUnsent } from './rules'
import type { Draft, DraftPhoto, StoredPhoto } from './types'

const CHANNEL = 'yuanshan.drafts'

/** Something about the drafts changed, here or in another tab. */
const listeners = new Set<() => void>()
let channel: BroadcastChannel | null = null

export function onDraftsChanged(listener: () => void): () => void {
  listeners.add(listener)
  if (!channel && typeof BroadcastChannel === 'function') {
    channel = new BroadcastChannel(CHANNEL)
    channel.onmessage = () => tellHere()
  }
  return () => void listeners.delete(listener)
}

function tell(): void {
  tellHere()
  channel?.postMessage(null)
}

function tellHere(): void {
  for (const listener of listeners) listener()
}

export interface Beginning {
  owner: string
  form: ListingForm
  photos?: DraftPhoto[]
  /** The listing that it changes, and the version that was seen. */
  subject?: { id: string; version: number }
}

export function newDraft(
  { owner, form, photos = [], subject }: Beginning,
  now = new Date(),
): Draft {
  const id = uuid()
  return {
    id,
    key: id,
    kind: 'listing',
    owner,
    state: 'editing',
    form,
    photos,
    submit: false,
    subject_id: subject?.id ?? null,
    base_version: subject?.version ?? null,
    base: subject ? { form, photos } : null,
    theirs: null,
    attempt: null,
    problem: null,
    tries: 0,
    next_try_at: null,
    label: labelOf(form),
    created_at: now.toISOString(),
    updated_at: now.toISOString(),
    sent_at: null,
  }
}

/** The drafts of one person, newest first; what was sent long ago goes. */
export async function listDrafts(owner: string, now = new Date()): Promise<Draft[]> {
  const { drafts } = await database()
  const own = (await drafts.list()).filter((draft) => draft.owner === owner)
  for (const draft of own.filter((draft) => isForgettable(draft, now))) {
    await drafts.remove(draft.id)
  }
  return own
    .filter((draft) => !isForgettable(draft, now))
    .sort((one, other) => other.updated_at.localeCompare(one.updated_at))
}

export async function findDraft(id: string, owner: string): Promise<Draft | undefined> {
  const draft = await (await database()).drafts.find(id)
  return draft?.owner === owner ? draft : undefined
}

export async function keepDraft(draft: Draft): Promise<void> {
  await (await database()).drafts.change(draft.id, () => draft)
  tell()
}

/** Changes what is kept now, not what a page once read: the queue and two tabs may all write. */
export async function changeDraft(
  id: string,
  next: (now: Draft) => Partial<Draft> | undefined,
  now = new Date(),
): Promise<Draft | undefined> {
  const changed = await (
    await database()
  ).drafts.change(id, (kept) => {
    const change = kept && next(kept)
    return change ? { ...kept, ...change, updated_at: now.toISOString() } : undefined
  })
  tell()
  return changed
}

export async function removeDraft(id: string): Promise<void> {
  const { drafts } = await database()
  await clearPhotos(id)
  await drafts.remove(id)
  tell()
}

export async function keepPhoto(draftId: string, file: Blob): Promise<DraftPhoto> {
  const id = uuid()
  const bytes = await file.arrayBuffer()
  await (
    await database()
  ).photos.change(id, () => ({ id, draft_id: draftId, type: file.type, bytes }))
  return { id, photo_id: null, url: null, upload_id: null }
}

export async function findPhoto(id: string): Promise<StoredPhoto | undefined> {
  return (await database()).photos.find(id)
}

export async function removePhoto(id: string): Promise<void> {
  await (await database()).photos.remove(id)
}

/** Once the server has them, the phone need not. */
export async function clearPhotos(draftId: string): Promise<void> {
  const { photos } = await database()
  for (const photo of await photos.list()) {
    if (photo.draft_id === draftId) await photos.remove(photo.id)
  }
}

export async function countUnsent(owner: string): Promise<number> {
  return (await listDrafts(owner)).filter(isUnsent).length
}

/** On signing out: what was sent goes, and with `all` also what was not. */
export async function clearDrafts(owner: string, all: boolean): Promise<void> {
  for (const draft of await listDrafts(owner)) {
    if (all || !isUnsent(draft)) await removeDraft(draft.id)
  }
}
