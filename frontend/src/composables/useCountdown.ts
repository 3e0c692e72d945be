import { computed, type MaybeRefOrGetter, onScopeDispose, ref, toValue } from 'vue'
import { formatCountdown } from '@/format'

const TICK_MS = 1000

/** Minutes and seconds until `instant`, ticking. */
export function useCountdown(instant: MaybeRefOrGetter<string | undefined>) {
  const now = ref(Date.now())
  const timer = setInterval(() => (now.value = Date.now()), TICK_MS)
  onScopeDispose(() => clearInterval(timer))
  return computed(() => {
    const end = toValue(instant)
    return end ? formatCountdown(Date.parse(end) - now.value) : ''
  })
}
