import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { type MaybeRefOrGetter, toValue } from 'vue'
import { usePagedQuery } from '@/composables/usePagedQuery'
import { client, unwrap } from '../client'
import type { TransferRecord, TransferState } from '../types'

const transferKeys = {
  all: ['transfers'] as const,
  list: (state: TransferState | undefined) => ['transfers', 'list', state ?? 'all'] as const,
}

export function useTransfers(state: MaybeRefOrGetter<TransferState | undefined>, limit = 20) {
  return usePagedQuery(
    () => transferKeys.list(toValue(state)),
    (cursor) =>
      unwrap(
        client.GET('/api/v1/transfers', {
          params: { query: { state: toValue(state), limit, cursor } },
        }),
      ),
  )
}

export function useRecordTransfer() {
  const refresh = useTransferRefresh()
  return useMutation({
    mutationFn: ({ id, ...body }: { id: string } & TransferRecord) =>
      unwrap(client.POST('/api/v1/transfers/{id}/record', { params: { path: { id } }, body })),
    onSuccess: refresh,
  })
}

export function useConfirmTransfer() {
  const refresh = useTransferRefresh()
  return useMutation({
    mutationFn: (id: string) =>
      unwrap(client.POST('/api/v1/transfers/{id}/confirm', { params: { path: { id } } })),
    onSuccess: refresh,
  })
}

export function useRejectTransfer() {
  const refresh = useTransferRefresh()
  return useMutation({
    mutationFn: ({ id, reason }: { id: string; reason: string }) =>
      unwrap(
        client.POST('/api/v1/transfers/{id}/reject', {
          params: { path: { id } },
          body: { reason },
        }),
      ),
    onSuccess: refresh,
  })
}

function useTransferRefresh() {
  const queries = useQueryClient()
  return () => void queries.invalidateQueries({ queryKey: transferKeys.all })
}
