import { QueryClient } from '@tanstack/vue-query'
import { ApiError } from './error'

const FRESH_MS = 30_000
const RETRIES = 2

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // Webviews misreport being offline; asking and failing is better than waiting for ever.
        networkMode: 'offlineFirst',
        staleTime: FRESH_MS,
        retry: (count, error) => isTransient(error) && count < RETRIES,
        refetchOnWindowFocus: false,
      },
      mutations: { networkMode: 'offlineFirst' },
    },
  })
}

/** A refusal stays a refusal; only silence and server faults are worth asking again. */
function isTransient(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status >= 502)
}
