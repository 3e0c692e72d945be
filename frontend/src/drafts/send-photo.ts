import { ApiError } from '@/api/error'
import { findBegun, type Sending, sendInPieces } from '@/api/pieces'
import { takePhoto } from '@/api/queries/photos'
import type { Photo } from '@/api/types'
import { isPassing } from './rules'
import { findPhoto } from './store'
import type { DraftPhoto } from './types'

type KeepPhoto = (photo: DraftPhoto) => Promise<void>

/** Gives the photo as the server knows it. What was already sent of it, now or last week, is not sent again. */
export async function sendPhoto(photo: DraftPhoto, keep: KeepPhoto): Promise<DraftPhoto> {
  const stored = await findPhoto(photo.id)
  // The browser threw the picture out: the listing goes without it rather than never.
  if (!stored) return photo
  const file = new Blob([stored.bytes], { type: stored.type })
  const begun = photo.upload_id ? await findBegun(photo.upload_id, file.size) : null
  const known = photo.upload_id && !begun ? await takeKnown(photo.upload_id) : null
  const sent = known ?? (await takePhoto(await sendInPieces(file, sending(photo, keep), begun)))
  return { ...photo, photo_id: sent.id, url: sent.urls.small }
}

/** The queue waits and tries again by itself, with everything that was remembered; a send only sends. */
function sending(photo: DraftPhoto, keep: KeepPhoto): Sending {
  return {
    signal: new AbortController().signal,
    onProgress: () => {},
    onBegun: (upload_id) => keep({ ...photo, upload_id }),
    pause: () => Promise.reject(ApiError.network()),
  }
}

/** The answer was lost after the upload had become a photo. */
async function takeKnown(uploadId: string): Promise<Photo | null> {
  try {
    return await takePhoto(uploadId)
  } catch (error) {
    if (error instanceof ApiError && !isPassing(error) && error.status !== 401) return null
    throw error
  }
}
