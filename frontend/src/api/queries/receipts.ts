import { useQuery } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { client, unwrap } from '../client'

export function useReceipt(code: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => ['receipts', toValue(code)] as const),
    queryFn: () =>
      unwrap(client.GET('/api/v1/receipts/{code}', { params: { path: { code: toValue(code) } } })),
  })
}
