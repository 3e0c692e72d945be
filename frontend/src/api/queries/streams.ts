import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { usePagedQuery } from '@/composables/usePagedQuery'
import { client, unwrap } from '../client'
import type { StreamInput } from '../types'

export type PublicStreamState = 'live' | 'scheduled' | 'ended'
export type StreamVerb = 'start' | 'cancel'

export const streamKeys = {
  all: ['streams'] as const,
  list: (state: PublicStreamState) => ['streams', 'list', state] as const,
  detail: (code: string) => ['streams', 'detail', code] as const,
  desk: ['streams', 'desk'] as const,
}

export function useStreams(state: MaybeRefOrGetter<PublicStreamState>, limit = 20) {
  return usePagedQuery(
    () => streamKeys.list(toValue(state)),
    (cursor) =>
      unwrap(
        client.GET('/api/v1/streams', {
          params: { query: { state: toValue(state), limit, cursor } },
        }),
      ),
  )
}

export function useStream(code: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => streamKeys.detail(toValue(code))),
    queryFn: () =>
      unwrap(client.GET('/api/v1/streams/{code}', { params: { path: { code: toValue(code) } } })),
  })
}

export function useDeskStreams() {
  return usePagedQuery(streamKeys.desk, (cursor) =>
    unwrap(client.GET('/api/v1/desk/streams', { params: { query: { cursor } } })),
  )
}

export function useCreateStream() {
  const refresh = useStreamRefresh()
  return useMutation({
    mutationFn: (body: StreamInput) => unwrap(client.POST('/api/v1/streams', { body })),
    onSuccess: refresh,
  })
}

export function useStreamVerb() {
  const refresh = useStreamRefresh()
  return useMutation({
    mutationFn: ({ id, verb }: { id: string; verb: StreamVerb }) =>
      unwrap(client.POST(`/api/v1/streams/{id}/${verb}`, { params: { path: { id } } })),
    onSuccess: refresh,
  })
}

export function useEndStream() {
  const refresh = useStreamRefresh()
  return useMutation({
    mutationFn: ({ id, ...body }: { id: string; replay_url?: string }) =>
      unwrap(client.POST('/api/v1/streams/{id}/end', { params: { path: { id } }, body })),
    onSuccess: refresh,
  })
}

function useStreamRefresh() {
  const queries = useQueryClient()
  return () => void queries.invalidateQueries({ queryKey: streamKeys.all })
}
