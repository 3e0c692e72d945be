import { client, unwrap } from '@/api/client'
import type { Listing, ListingInput } from '@/api/types'
import { bodyOf } from './listing-form'
import { isUnknown } from './rules'
import { sendPhoto } from './send-photo'
import type { Keep } from './sender'
import type { Draft, DraftPhoto } from './types'

/**
 * Photos first, then the listing, then the review. Each step is remembered before the next, so a line that
 * breaks anywhere costs that step alone; the listing carries the draft's key, so a lost answer costs nothing.
 */
export async function sendListing(begun: Draft, keep: Keep): Promise<Draft> {
  let draft = await sendPhotos(begun, keep)
  if (draft.subject_id === null || draft.base_version !== null) {
    draft = await sendContent(draft, keep)
  }
  if (draft.submit && draft.subject_id) await submit(draft.subject_id)
  return draft
}

async function sendPhotos(draft: Draft, keep: Keep): Promise<Draft> {
  for (const { id } of draft.photos) {
    const photo = draft.photos.find((one) => one.id === id)
    if (!photo || photo.photo_id) continue
    const put = async (next: DraftPhoto) => {
      const photos = draft.photos.map((one) => (one.id === id ? next : one))
      draft = await keep({ photos })
    }
    await put(await sendPhoto(photo, put))
  }
  return draft
}

async function sendContent(draft: Draft, keep: Keep): Promise<Draft> {
  const body = draft.attempt?.body ?? JSON.stringify(bodyOf(draft.form, photoIds(draft)))
  const at = draft.attempt?.at ?? new Date().toISOString()
  await keep({ attempt: { body, at } })
  try {
    const listing = await postListing(draft.key, JSON.parse(body) as ListingInput)
    return await keep({ subject_id: listing.id, attempt: null, base_version: null })
  } catch (error) {
    // Refused: nothing has happened, so what comes next may differ.
    if (!isUnknown(error)) await keep({ attempt: null })
    throw error
  }
}

function photoIds(draft: Draft): string[] {
  return draft.photos.flatMap(({ photo_id }) => (photo_id ? [photo_id] : []))
}

function postListing(key: string, body: ListingInput): Promise<Listing> {
  const headers = { 'Idempotency-Key': key }
  return unwrap(client.POST('/api/v1/listings', { body, headers }))
}

function submit(id: string): Promise<Listing> {
  return unwrap(client.POST('/api/v1/listings/{id}/submit', { params: { path: { id } } }))
}
