import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { type CartListing, useCartStore } from '../src/stores/cart'
import { IN_STEP, keepCartInStep } from '../src/stores/cart-sync'
import { useSessionStore } from '../src/stores/session'
import { eggs } from './support/fixtures'

const server = vi.hoisted(() => ({
  loadCart: vi.fn(),
  mergeCart: vi.fn(),
  putCartLine: vi.fn(),
  removeCartLine: vi.fn(),
}))
vi.mock('../src/api/queries/cart', () => server)

const box: CartListing = { ...eggs, photo: null, version: 1 }
const kept = (quantity: number) => ({
  lines: [
    {
      listing: { ...eggs, photo: null },
      version: 2,
      seen_version: 1,
      seen: { title: eggs.title, price_fen: 4_700 },
      quantity,
      standing: 'for_sale',
      is_perishable: true,
    },
  ],
})

async function signIn(): Promise<void> {
  useSessionStore().user = { id: 'u1' } as never
  await vi.waitFor(() => expect(localStorage.getItem(IN_STEP)).toBe('u1'))
}

beforeEach(() => {
  localStorage.clear()
  vi.useRealTimers()
  Object.values(server).forEach((call) => call.mockReset().mockResolvedValue({ lines: [] }))
  setActivePinia(createPinia())
})

describe('the cart of somebody who is signed in', () => {
  it('is merged once, and shows what was seen', async () => {
    const cart = useCartStore()
    cart.add(box, 1)
    server.mergeCart.mockResolvedValue(kept(3))
    keepCartInStep()
    await signIn()
    expect(server.mergeCart).toHaveBeenCalledOnce()
    expect(cart.lines[0]?.quantity).toBe(3)
    expect(cart.lines[0]?.listing).toMatchObject({ price_fen: 4_700, version: 1, perishable: true })
    expect(server.putCartLine).not.toHaveBeenCalled()
  })

  it('tells the server what changes, and goes on without a network', async () => {
    const cart = useCartStore()
    cart.add(box, 1)
    server.mergeCart.mockResolvedValue(kept(1))
    keepCartInStep()
    await signIn()
    cart.setQuantity(box.id, 2)
    expect(localStorage.getItem(IN_STEP)).toBeNull()
    await vi.waitFor(() => expect(server.putCartLine).toHaveBeenCalledOnce())
    await vi.waitFor(() => expect(localStorage.getItem(IN_STEP)).toBe('u1'))
    server.removeCartLine.mockRejectedValue(new Error('no network'))
    cart.remove(box.id)
    await vi.waitFor(() => expect(server.removeCartLine).toHaveBeenCalled())
    await nextTick()
    expect([cart.lines.length, localStorage.getItem(IN_STEP)]).toEqual([0, null])
  })

  it('leaves the phone with whoever signs out', async () => {
    const cart = useCartStore()
    cart.add(box, 1)
    server.mergeCart.mockResolvedValue(kept(1))
    keepCartInStep()
    await signIn()
    useSessionStore().user = null
    await nextTick()
    expect(cart.lines).toEqual([])
  })
})
