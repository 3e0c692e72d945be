import { useQuery } from '@tanstack/vue-query'
import { client, unwrap } from '../client'

/** What is for sale, by product and season. */
export function useCalendar() {
  return useQuery({
    queryKey: ['calendar'],
    queryFn: () => unwrap(client.GET('/api/v1/calendar', { params: { query: {} } })),
  })
}
