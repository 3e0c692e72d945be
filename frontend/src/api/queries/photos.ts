import { useMutation } from '@tanstack/vue-query'
import { client, unwrap } from '../client'
import { fileForm } from '../multipart'

export function useUploadPhoto() {
  return useMutation({
    mutationFn: (picture: Blob) =>
      unwrap(
        client.POST('/api/v1/photos', {
          body: { file: '' },
          bodySerializer: fileForm(picture, 'upload.jpg'),
        }),
      ),
  })
}
