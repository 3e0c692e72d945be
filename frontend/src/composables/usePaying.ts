import { computed, ref, watch } from 'vue'
import { useInstallation } from '@/api/queries/installation'
import type { Payment } from '@/api/types'

/** After this long without a notification the page stops asking and says so; the payment may still arrive. */
const PATIENCE_MS = 30_000

/** Paying something, of which `newest` is the payment that was begun last: what is begun, how else, and waiting. */
export function usePaying(newest: () => Payment | null | undefined) {
  const { data: installation } = useInstallation()
  const isWaiting = ref(false)
  const isLate = ref(false)
  /** What was begun and is still to be paid. */
  const begun = computed(() => {
    const payment = newest()
    return payment?.state === 'pending' ? payment : undefined
  })
  const isTransfer = computed(() => begun.value?.pay_by.how === 'transfer')
  /** A payment that was begun is gone on with by its own button, but a transfer, which only waits. */
  const ways = computed(() =>
    (installation.value?.providers ?? []).filter(
      (provider) => provider !== 'offline' || !isTransfer.value,
    ),
  )

  watch(isWaiting, (waiting, _before, onCleanup) => {
    if (!waiting) return
    const timer = setTimeout(() => {
      isWaiting.value = false
      isLate.value = true
    }, PATIENCE_MS)
    onCleanup(() => clearTimeout(timer))
  })

  /** A transfer takes days: nobody waits for it on the page. */
  function waitFor(payment: Payment | null | undefined): void {
    isWaiting.value =
      payment != null && payment.state !== 'failed' && payment.pay_by.how !== 'transfer'
  }

  return { isWaiting, isLate, begun, isTransfer, ways, waitFor }
}
