import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { client, unwrap } from '../client'
import type { FreightInput } from '../types'

export const freightKeys = { of: (village: string) => ['freight', village] as const }

export function useFreight(village: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => freightKeys.of(toValue(village))),
    queryFn: () =>
      unwrap(
        client.GET('/api/v1/villages/{code}/freight', {
          params: { path: { code: toValue(village) } },
        }),
      ),
    enabled: () => toValue(village) !== '',
  })
}

export function useLayDownFreight() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ village, ...body }: FreightInput & { village: string }) =>
      unwrap(
        client.POST('/api/v1/villages/{code}/freight', {
          params: { path: { code: village } },
          body,
        }),
      ),
    onSuccess: (_, { village }) => queries.invalidateQueries({ queryKey: freightKeys.of(village) }),
  })
}
