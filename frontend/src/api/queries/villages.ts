import { useQuery } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { client, unwrap } from '../client'

export const villageKeys = {
  list: ['villages'] as const,
  detail: (code: string) => ['villages', code] as const,
}

export function useVillages() {
  return useQuery({
    queryKey: villageKeys.list,
    queryFn: async () => (await unwrap(client.GET('/api/v1/villages'))).data,
  })
}

export function useVillage(code: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => villageKeys.detail(toValue(code))),
    queryFn: () =>
      unwrap(client.GET('/api/v1/villages/{code}', { params: { path: { code: toValue(code) } } })),
  })
}
