import { useQuery } from '@tanstack/vue-query'
import { client, unwrap } from '../client'

export function useInstallation() {
  return useQuery({
    queryKey: ['installation'],
    queryFn: () => unwrap(client.GET('/api/v1/installation')),
    staleTime: Infinity,
  })
}
