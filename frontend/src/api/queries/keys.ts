import { useQuery } from '@tanstack/vue-query'
import { client, unwrap } from '../client'

const POLL_MS = 3000

/** The ages of the server's keys. While something is being sealed anew, its progress is asked for again. */
export function useKeys() {
  return useQuery({
    queryKey: ['keys'] as const,
    queryFn: () => unwrap(client.GET('/api/v1/admin/keys')),
    staleTime: 0,
    refetchInterval: ({ state }) =>
      state.data?.resealings.some(({ finished_at }) => !finished_at) ? POLL_MS : false,
  })
}
