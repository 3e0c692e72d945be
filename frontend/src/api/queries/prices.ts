import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { usePagedQuery } from '@/composables/usePagedQuery'
import { client, unwrap } from '../client'
import type { PriceCheckInput, PriceReferenceInput } from '../types'

export const priceKeys = {
  all: ['prices'] as const,
  list: (product: string) => ['prices', 'list', product] as const,
  check: (asked: PriceCheckInput | null) => ['prices', 'check', asked] as const,
}

export function usePriceReferences(product: MaybeRefOrGetter<string>) {
  return usePagedQuery(
    () => priceKeys.list(toValue(product)),
    (cursor) =>
      unwrap(
        client.GET('/api/v1/price-references', {
          params: { query: { product: toValue(product) || undefined, cursor } },
        }),
      ),
  )
}

export function useRecordReferences() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (data: PriceReferenceInput[]) =>
      unwrap(client.POST('/api/v1/price-references', { body: { data } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: priceKeys.all }),
  })
}

/** How a price stands, asked while it is typed; `null` asks nothing. */
export function usePriceCheck(asked: MaybeRefOrGetter<PriceCheckInput | null>) {
  return useQuery({
    queryKey: computed(() => priceKeys.check(toValue(asked))),
    enabled: () => toValue(asked) !== null,
    queryFn: () => {
      const body = toValue(asked)
      if (!body) throw new Error('nothing was asked')
      return unwrap(client.POST('/api/v1/price-check', { body }))
    },
  })
}
