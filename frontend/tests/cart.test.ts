import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import { nextTick } from 'vue'
import { type CartListing, useCartStore } from '../src/stores/cart'
import { eggs } from './support/fixtures'

const hen: CartListing = {
  ...eggs,
  id: 'listing-hen',
  title: '时光鸡',
  price_fen: 22800,
  farmer_fen: 14600,
  stock_available: 3,
  village: { code: '513431109210', name: '悬崖村' },
  photo: null,
}
const box: CartListing = { ...eggs, photo: null }

beforeEach(() => setActivePinia(createPinia()))

describe('the cart', () => {
  it('adds up prices and the farmers’ share', () => {
    const cart = useCartStore()
    cart.add(box, 2)
    cart.add(hen, 1)
    expect([cart.count, cart.totalFen, cart.farmerFen]).toEqual([3, 32400, 21200])
  })

  it('makes one parcel per village', () => {
    const cart = useCartStore()
    cart.add(box, 2)
    cart.add(hen, 1)
    expect(cart.parcels.map(({ village, totalFen }) => [village.name, totalFen])).toEqual([
      ['岫云村', 9600],
      ['悬崖村', 22800],
    ])
  })

  it('never holds more than the stock nor less than one', () => {
    const cart = useCartStore()
    cart.add(hen, 2)
    cart.add(hen, 2)
    expect(cart.count).toBe(3)
    cart.setQuantity(hen.id, 0)
    expect(cart.count).toBe(1)
  })

  it('is there after a reload', async () => {
    useCartStore().add(box, 2)
    await nextTick()
    setActivePinia(createPinia())
    expect(useCartStore().lines).toEqual([{ listing: box, quantity: 2 }])
  })

  it('starts empty when what was kept is damaged', () => {
    localStorage.setItem('yuanshan.cart', '[{"quantity":1.5},null,7]')
    expect(useCartStore().lines).toEqual([])
  })
})
