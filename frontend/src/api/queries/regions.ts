import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { client, unwrap } from '../client'
import type { Region } from '../types'

export const regionKeys = {
  children: (parent: string) => ['regions', parent] as const,
}

/** The regions directly under `parent`; the empty code stands for the country. */
export function useRegionChildren(
  parent: MaybeRefOrGetter<string>,
  enabled: MaybeRefOrGetter<boolean>,
) {
  return useQuery({
    queryKey: computed(() => regionKeys.children(toValue(parent))),
    queryFn: async () => {
      const query = { parent: toValue(parent) }
      return (await unwrap(client.GET('/api/v1/regions', { params: { query } }))).data
    },
    enabled: computed(() => toValue(enabled)),
    staleTime: Infinity,
  })
}

/** Full name of a region that a select has shown before: read from what is already loaded. */
export function useRegionPath(code: MaybeRefOrGetter<string>) {
  const queries = useQueryClient()
  return computed(() => {
    const loaded = queries.getQueriesData<Region[]>({ queryKey: ['regions'] })
    const region = loaded
      .flatMap(([, regions]) => regions ?? [])
      .find((candidate) => candidate.code === toValue(code))
    return region ? `${region.path}${region.name}` : ''
  })
}
