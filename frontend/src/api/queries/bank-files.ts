import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { usePagedQuery } from '@/composables/usePagedQuery'
import { client, unwrap } from '../client'
import { fileForm } from '../multipart'
import { payoutKeys } from './payouts'

export const bankFileKeys = { list: ['payouts', 'bank-files'] as const }

export function useBankFiles() {
  return usePagedQuery(
    () => bankFileKeys.list,
    (cursor) => unwrap(client.GET('/api/v1/payouts/bank_files', { params: { query: { cursor } } })),
  )
}

export function useApprovePayouts() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: (payout_ids: string[]) =>
      unwrap(client.POST('/api/v1/payouts/approvals', { body: { payout_ids } })),
    onSuccess: refresh,
  })
}

export function useCreateBankFile() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: (village_code: string) =>
      unwrap(client.POST('/api/v1/payouts/bank_files', { body: { village_code } })),
    onSuccess: refresh,
  })
}

/** Names and accounts are in it: it goes to the disk and into no cache. */
export function useDownloadBankFile() {
  return useMutation({
    mutationFn: async ({ id, reason }: { id: string; reason: string }): Promise<Blob> => {
      const file = client.POST('/api/v1/payouts/bank_files/{id}/download', {
        params: { path: { id } },
        body: { reason },
        parseAs: 'blob',
      })
      return (await unwrap(file as never)) as unknown as Blob
    },
    gcTime: 0,
  })
}

export function useBankResults() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: ({ id, file, dry_run }: { id: string; file: File; dry_run: boolean }) =>
      unwrap(
        client.POST('/api/v1/payouts/bank_files/{id}/results', {
          params: { path: { id }, query: { dry_run } },
          body: { file: '' },
          bodySerializer: fileForm(file, file.name),
        }),
      ),
    onSuccess: refresh,
  })
}

function useRefresh() {
  const queries = useQueryClient()
  return () => void queries.invalidateQueries({ queryKey: payoutKeys.all })
}
