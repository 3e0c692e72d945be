import { MutationCache, QueryCache, QueryClient } from '@tanstack/vue-query'
import { ApiError } from './error'

const FRESH_MS = 30_000
const RETRIES = 2

/** `onRefusal` hears of every refusal once, whichever page it met. */
export function createQueryClient(onRefusal: (error: unknown) => void = () => {}): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError: onRefusal }),
    mutationCache: new MutationCache({ onError: onRefusal }),
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
