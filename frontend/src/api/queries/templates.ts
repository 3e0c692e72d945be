import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { usePagedQuery } from '@/composables/usePagedQuery'
import { client, unwrap } from '../client'
import type { ProductStandard } from '../types'

const keys = {
  all: ['templates'] as const,
  list: (retired: boolean) => ['templates', 'list', retired] as const,
  detail: (id: string) => ['templates', 'detail', id] as const,
}

/** The standards of the caller's villages and of the places around them. */
export function useTemplates(retired: MaybeRefOrGetter<boolean> = false, limit = 100) {
  return usePagedQuery(
    () => keys.list(toValue(retired)),
    (cursor) =>
      unwrap(
        client.GET('/api/v1/templates', {
          params: { query: { retired: toValue(retired), limit, cursor } },
        }),
      ),
  )
}

export function useTemplate(id: MaybeRefOrGetter<string>, enabled: MaybeRefOrGetter<boolean>) {
  return useQuery({
    queryKey: computed(() => keys.detail(toValue(id))),
    queryFn: () =>
      unwrap(client.GET('/api/v1/templates/{id}', { params: { path: { id: toValue(id) } } })),
    enabled,
  })
}

/** A new standard; with `replaces` in the place of that one. */
export function useSaveTemplate() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ body, replaces }: { body: ProductStandard; replaces?: string }) =>
      unwrap(
        replaces
          ? client.POST('/api/v1/templates/{id}/replace', {
              params: { path: { id: replaces } },
              body,
            })
          : client.POST('/api/v1/templates', { body }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.all }),
  })
}

export function useRetireTemplate() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string) =>
      unwrap(client.POST('/api/v1/templates/{id}/retire', { params: { path: { id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.all }),
  })
}
