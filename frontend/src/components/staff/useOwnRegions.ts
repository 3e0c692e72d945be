import { computed } from 'vue'
import { useSessionStore } from '@/stores/session'

/** Where the person at the screen is administrator, and so may entrust others. */
export function useOwnRegions() {
  const session = useSessionStore()
  return computed(() =>
    (session.user?.grants ?? [])
      .filter(({ role }) => role === 'administrator')
      .map(({ region }) => region),
  )
}
