import { client, unwrap } from '../client'

/** The photo of an upload that has arrived; asked again, it gives the same one. */
export function takePhoto(uploadId: string) {
  return unwrap(client.POST('/api/v1/photos', { body: { upload_id: uploadId } }))
}
