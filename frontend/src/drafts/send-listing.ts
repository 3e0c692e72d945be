import { client, unwrap } from '@/api/client'
import { ApiError } from '@/api/error'
import type { Listing, ListingInput, ListingPatch } from '@/api/types'
import { bodyOf, type ListingContent, patchOf, photoOfServer, textsOf } from './listing-form'
import { isUnknown } from './rules'
import { sendPhotos } from './send-photos'
import type { Keep } from './sender'
import type { Draft, Theirs } from './types'

/**
 * Photos first, then the listing, then the review. Each step is remembered before the next, so a line that
 * breaks anywhere costs that step alone; a new listing carries the draft's key, so a lost answer costs nothing.
 */
export async function sendListing(begun: Draft, keep: Keep): Promise<Draft> {
  let draft = await sendPhotos(begun, keep)
  let listing: Listing | null = null
  if (!draft.subject_id) [draft, listing] = await create(draft, keep)
  if (draft.base_version !== null) [draft, listing] = await change(draft, keep)
  // A change of what is sold waits for an approver by itself.
  const isForHandingIn = !listing || listing.actions.includes('submit')
  if (draft.submit && draft.subject_id && isForHandingIn) await submit(draft.subject_id)
  return draft
}

type Done = [draft: Draft, listing: Listing | null]

/**
 * What may have arrived goes out again as it was, under its key, before anything that was written since: only
 * so the answer tells what became of it. What was written since is then a change of what is there.
 */
async function create(draft: Draft, keep: Keep): Promise<Done> {
  const now = JSON.stringify(bodyOf(draft.form, photoIds(draft)))
  const { body, at } = draft.attempt ?? { body: now, at: new Date().toISOString() }
  await keep({ attempt: { body, at } })
  try {
    const listing = await post(draft.key, JSON.parse(body) as ListingInput)
    const base_version = body === now ? null : listing.version
    return [await keep({ subject_id: listing.id, base_version, attempt: null }), listing]
  } catch (error) {
    // Refused: nothing has happened, so what comes next may differ.
    if (!isUnknown(error)) await keep({ attempt: null })
    throw error
  }
}

/** Needs no key: the version makes the same change, sent twice, one change. */
async function change(draft: Draft, keep: Keep): Promise<Done> {
  const { subject_id: id, base_version: version } = draft
  if (!id || version === null) return [draft, null]
  try {
    const body = patchOf(draft.form, photoIds(draft), version)
    const listing = await patch(id, body)
    const base_version = listing.pending_version ?? listing.version
    return [await keep({ base_version }), listing]
  } catch (error) {
    if (error instanceof ApiError && error.code === 'version_conflict') {
      await keep({ theirs: theirsOf(draft, error) })
    }
    throw error
  }
}

/** The newest version comes with the refusal: nothing has to be asked on a bad line. */
function theirsOf(draft: Draft, { body }: ApiError): Theirs {
  const content = body.content as ListingContent
  const photos = content.photo_ids.map(photoOfServer)
  const form = { ...draft.form, ...textsOf(content) }
  return { form, photos, version: Number(body.version) }
}

function photoIds(draft: Draft): string[] {
  return draft.photos.flatMap(({ photo_id }) => (photo_id ? [photo_id] : []))
}

function post(key: string, body: ListingInput): Promise<Listing> {
  const params = { header: { 'Idempotency-Key': key } }
  return unwrap(client.POST('/api/v1/listings', { params, body }))
}

function patch(id: string, body: ListingPatch): Promise<Listing> {
  return unwrap(client.PATCH('/api/v1/listings/{id}', { params: { path: { id } }, body }))
}

function submit(id: string): Promise<Listing> {
  return unwrap(client.POST('/api/v1/listings/{id}/submit', { params: { path: { id } } }))
}
