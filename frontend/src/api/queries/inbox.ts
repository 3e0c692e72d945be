import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { type MaybeRefOrGetter, toValue } from 'vue'
import { usePagedQuery } from '@/composables/usePagedQuery'
import { client, unwrap } from '../client'
import type { InboxBox } from '../types'

const inboxKeys = {
  all: ['inbox'] as const,
  list: (box: InboxBox) => ['inbox', 'list', box] as const,
  unread: ['inbox', 'unread'] as const,
}

/** What one is told: oneself, or as somebody who acts for a place. */
export function useInbox(box: MaybeRefOrGetter<InboxBox>) {
  return usePagedQuery(
    () => inboxKeys.list(toValue(box)),
    (cursor) =>
      unwrap(client.GET('/api/v1/inbox', { params: { query: { box: toValue(box), cursor } } })),
  )
}

export function useUnread() {
  return useQuery({
    queryKey: inboxKeys.unread,
    queryFn: () => unwrap(client.GET('/api/v1/inbox/unread')),
  })
}

/** What was seen is read; the list keeps its marks until it is fetched again. */
export function useMarkRead() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (body: { box: InboxBox; until: string }) =>
      unwrap(client.POST('/api/v1/inbox/read', { body })),
    onSuccess: () => cache.invalidateQueries({ queryKey: inboxKeys.unread }),
  })
}

export function useSilence() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (is_silent: boolean) =>
      unwrap(client.PUT('/api/v1/inbox/silence', { body: { is_silent } })),
    onSuccess: () => cache.invalidateQueries({ queryKey: inboxKeys.unread }),
  })
}
