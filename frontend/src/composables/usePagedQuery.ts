import { type QueryKey, useInfiniteQuery } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'

export interface Page<T> {
  data: T[]
  page: { next?: string | null }
}

/** A keyset-paged list: the pages fetched so far as one array, and `fetchNextPage` for more. */
export function usePagedQuery<P extends Page<unknown>>(
  key: MaybeRefOrGetter<QueryKey>,
  fetchPage: (cursor: string | undefined) => Promise<P>,
  enabled: MaybeRefOrGetter<boolean> = true,
) {
  const query = useInfiniteQuery({
    queryKey: computed(() => toValue(key)),
    queryFn: ({ pageParam }) => fetchPage(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.page.next ?? undefined,
    enabled: computed(() => toValue(enabled)),
  })
  const items = computed(
    () => (query.data.value?.pages.flatMap((page) => page.data) ?? []) as P['data'],
  )
  return { ...query, items }
}
