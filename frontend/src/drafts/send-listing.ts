import { client, unwrap } from '@/api/client'
import { fileForm } from '@/api/multipart'
import type { Listing, ListingInput } from '@/api/types'
import { bodyOf } from './listing-form'
import { isUnknown } from './rules'
import { findPhoto } from './store'
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
  let photos = draft.photos
  for (const photo of draft.photos) {
    if (photo.photo_id) continue
    const sent = await sendPhoto(photo)
    photos = photos.map((one) => (one.id === photo.id ? sent : one))
    draft = await keep({ photos })
  }
  return draft
}

async function sendPhoto(photo: DraftPhoto): Promise<DraftPhoto> {
  const stored = await findPhoto(photo.id)
  // The browser threw the picture out: the listing goes without it rather than never.
  if (!stored) return photo
  const file = new Blob([stored.bytes], { type: stored.type })
  const { id, urls } = await unwrap(
    client.POST('/api/v1/photos', {
      body: { file: '' },
      bodySerializer: fileForm(file, 'upload.jpg'),
    }),
  )
  return { ...photo, photo_id: id, url: urls.small }
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
