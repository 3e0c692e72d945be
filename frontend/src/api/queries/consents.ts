import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { type MaybeRefOrGetter, toValue } from 'vue'
import { usePagedQuery } from '@/composables/usePagedQuery'
import { client, unwrap } from '../client'
import type { ConsentInput } from '../types'
import { householdKeys } from './households'
import { listingKeys } from './listings'

/** So that all that is in force is on the first page. */
const MOST = 100

export const consentKeys = {
  list: (householdId: string) => ['consents', householdId] as const,
}

/** What the people of a household agree to, and have agreed to, newest first. */
export function useConsents(householdId: MaybeRefOrGetter<string>) {
  return usePagedQuery(
    () => consentKeys.list(toValue(householdId)),
    (cursor) =>
      unwrap(
        client.GET('/api/v1/households/{id}/consents', {
          params: { path: { id: toValue(householdId) }, query: { limit: MOST, cursor } },
        }),
      ),
  )
}

export function useGrantConsent(householdId: MaybeRefOrGetter<string>) {
  const refresh = useConsentRefresh(householdId)
  return useMutation({
    mutationFn: (body: ConsentInput) =>
      unwrap(
        client.POST('/api/v1/households/{id}/consents', {
          params: { path: { id: toValue(householdId) } },
          body,
        }),
      ),
    onSuccess: refresh,
  })
}

export function useWithdrawConsent(householdId: MaybeRefOrGetter<string>) {
  const refresh = useConsentRefresh(householdId)
  return useMutation({
    mutationFn: (id: string) =>
      unwrap(client.POST('/api/v1/consents/{id}/withdraw', { params: { path: { id } }, body: {} })),
    onSuccess: refresh,
  })
}

export function useAddEvidence(householdId: MaybeRefOrGetter<string>) {
  return useMutation({
    mutationFn: (uploadId: string) =>
      unwrap(
        client.POST('/api/v1/households/{id}/evidence', {
          params: { path: { id: toValue(householdId) } },
          body: { upload_id: uploadId },
        }),
      ),
  })
}

/** A file of evidence, to be saved; that it was opened is kept. */
export function useOpenEvidence() {
  return useMutation({
    mutationFn: async ({ id, reason }: { id: string; reason: string }): Promise<Blob> =>
      (await unwrap(
        client.POST('/api/v1/evidence/{id}/open', {
          params: { path: { id } },
          body: { reason },
          parseAs: 'blob',
        }),
      )) as unknown as Blob,
  })
}

/** What the public reads hangs on consents, also where goods are shown. */
function useConsentRefresh(householdId: MaybeRefOrGetter<string>) {
  const queries = useQueryClient()
  return () => {
    void queries.invalidateQueries({ queryKey: consentKeys.list(toValue(householdId)) })
    void queries.invalidateQueries({ queryKey: householdKeys.all })
    void queries.invalidateQueries({ queryKey: listingKeys.all })
  }
}
