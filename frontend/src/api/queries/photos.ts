import { useMutation } from '@tanstack/vue-query'
import { client, unwrap } from '../client'

export function useUploadPhoto() {
  return useMutation({
    mutationFn: (picture: Blob) =>
      unwrap(
        client.POST('/api/v1/photos', {
          // The document describes the part as a binary string; the serializer sends the blob itself.
          body: { file: '' },
          bodySerializer: () => {
            const form = new FormData()
            form.append('file', picture, 'picture.jpg')
            return form
          },
        }),
      ),
  })
}
