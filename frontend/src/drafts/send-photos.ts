import { sendPhoto } from './send-photo'
import type { Keep } from './sender'
import type { Draft, DraftPhoto } from './types'

/** Each picture is remembered once it is there: a line that breaks costs one of them. */
export async function sendPhotos(draft: Draft, keep: Keep): Promise<Draft> {
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
