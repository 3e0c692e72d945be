import { computed, effectScope, watch } from 'vue'
import { type CartWish, loadCart, mergeCart, putCartLine, removeCartLine } from '@/api/queries/cart'
import { useCartStore } from './cart'
import { useHelpingStore } from './helping'
import { useSessionStore } from './session'

/** Whose cart on the server is the one that lies here, with nothing that the server does not know. */
export const IN_STEP = 'yuanshan.cart.in-step'
const CALM_MS = 400
/** As many as the server takes at once. */
const MOST = 50

/**
 * Keeps the cart of this phone and the one on the server alike while somebody is signed in. Without a network
 * the phone's goes on alone, and is merged when the network is back.
 */
export function keepCartInStep(): void {
  effectScope(true).run(() => {
    const session = useSessionStore()
    const helping = useHelpingStore()
    const cart = useCartStore()
    const owner = computed(() => helping.elder?.id ?? session.user?.id ?? null)
    let known = new Map<string, string>()
    /** Of whom `known` is; between two owners nothing is sent. */
    let current: string | null = null
    let timer: ReturnType<typeof setTimeout> | undefined
    let isTaking = false

    const marks = () => (helping.elder ? sessionStorage : localStorage)
    const isInStep = (id: string) => marks().getItem(IN_STEP) === id

    function take(kept: Awaited<ReturnType<typeof loadCart>>['lines'], id: string): void {
      isTaking = true
      cart.take(kept)
      isTaking = false
      known = wishes(cart.lines)
      marks().setItem(IN_STEP, id)
    }

    /** Once at signing in, and again after what was changed without a network. */
    async function meet(): Promise<void> {
      const id = owner.value
      if (!id) return
      const lines = [...wishes(cart.lines).values()].slice(0, MOST).map(read)
      const kept = isInStep(id) || lines.length === 0 ? await loadCart() : await mergeCart(lines)
      if (owner.value === id) take(kept.lines, id)
    }

    async function push(): Promise<void> {
      const id = owner.value
      if (!id) return
      const now = wishes(cart.lines)
      const before = known
      for (const [listing, wish] of now) {
        if (owner.value !== id) return
        if (before.get(listing) !== wish) await putCartLine(read(wish))
      }
      for (const listing of before.keys()) {
        if (owner.value !== id) return
        if (!now.has(listing)) await removeCartLine(listing)
      }
      if (owner.value !== id) return
      known = now
      marks().setItem(IN_STEP, id)
    }

    /** What the network does not take now is merged when it is back. */
    const later = (): void => undefined

    watch(
      owner,
      (id, before) => {
        current = id
        known = new Map()
        clearTimeout(timer)
        if (id) meet().catch(later)
        // Whoever signs out takes the cart along: the server has it.
        else if (before && localStorage.getItem(IN_STEP) === before) forget()
      },
      { immediate: true },
    )

    watch(
      () => cart.lines,
      () => {
        if (isTaking || !owner.value || owner.value !== current) return
        marks().removeItem(IN_STEP)
        clearTimeout(timer)
        timer = setTimeout(() => push().catch(later), CALM_MS)
      },
      { deep: true, flush: 'sync' },
    )

    function forget(): void {
      localStorage.removeItem(IN_STEP)
      cart.clear()
    }

    addEventListener('online', () => {
      if (owner.value && !isInStep(owner.value)) meet().catch(later)
    })
  })
}

/** By listing, in a form that can be compared. */
function wishes(lines: ReturnType<typeof useCartStore>['lines']): Map<string, string> {
  return new Map(
    lines.map(({ listing, quantity }) => [
      listing.id,
      JSON.stringify({ listing_id: listing.id, quantity, version: listing.version ?? null }),
    ]),
  )
}

function read(wish: string): CartWish {
  return JSON.parse(wish) as CartWish
}
