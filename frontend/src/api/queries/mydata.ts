import { useMutation, useQuery } from '@tanstack/vue-query'
import { usePagedQuery } from '@/composables/usePagedQuery'
import { useSessionStore } from '@/stores/session'
import { client, unwrap } from '../client'
import type { Proof } from './account'

export type ExportFormat = 'json' | 'csv'

export const myDataKeys = {
  deletion: ['my-data', 'deletion'] as const,
  accesses: ['my-data', 'accesses'] as const,
}

/** Everything that is kept of oneself, as a file. */
export function useExport() {
  return useMutation({
    mutationFn: async (format: ExportFormat): Promise<Blob> =>
      // The document describes the content; with `parseAs` the client gives the file.
      (await unwrap(
        client.GET('/api/v1/me/export', { params: { query: { format } }, parseAs: 'blob' }),
      )) as unknown as Blob,
  })
}

/** What deleting the account would do now. */
export function useDeletion() {
  return useQuery({
    queryKey: myDataKeys.deletion,
    queryFn: () => unwrap(client.GET('/api/v1/me/deletion')),
    staleTime: 0,
  })
}

export function useDeleteAccount() {
  const session = useSessionStore()
  return useMutation({
    mutationFn: (body: Proof) => unwrap(client.POST('/api/v1/me/delete', { body })),
    onSuccess: () => session.clear(),
  })
}

/** Who looked at what is kept of oneself. */
export function useMyAccesses() {
  return usePagedQuery(myDataKeys.accesses, (cursor) =>
    unwrap(client.GET('/api/v1/me/access-log', { params: { query: { limit: 20, cursor } } })),
  )
}
