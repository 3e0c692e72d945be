import { computed, type MaybeRefOrGetter, onScopeDispose, ref, toValue, watch } from 'vue'
import { ApiError } from '@/api/error'
import { formatCountdown } from '@/format'

const TICK_MS = 1000

/** While a refusal asks to wait: the time that is left, ticking; an empty text once it is over. */
export function useRetryAfter(error: MaybeRefOrGetter<unknown>) {
  const leftMs = ref(0)
  let timer: ReturnType<typeof setInterval> | undefined

  watch(
    () => toValue(error),
    (refusal) => {
      clearInterval(timer)
      const waitMs = refusal instanceof ApiError ? (refusal.retryAfterS ?? 0) * 1000 : 0
      const end = Date.now() + waitMs
      leftMs.value = waitMs
      if (waitMs === 0) return
      timer = setInterval(() => {
        leftMs.value = Math.max(0, end - Date.now())
        if (leftMs.value === 0) clearInterval(timer)
      }, TICK_MS)
    },
    { immediate: true },
  )
  onScopeDispose(() => clearInterval(timer))
  // The last second is shown as one, not as none.
  return computed(() => (leftMs.value > 0 ? formatCountdown(leftMs.value + TICK_MS - 1) : ''))
}
