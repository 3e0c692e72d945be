import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import type { components } from '@/api/schema'
import type { Listing, ListingCard } from '@/api/types'
import { useHelpingStore } from './helping'

type Schemas = components['schemas']

const KEY = 'yuanshan.cart'

/** What the cart shows of a listing. Prices here are a reminder; the server decides at checkout. */
export interface CartLine {
  listing: CartListing
  quantity: number
}

export type CartListing = Pick<
  ListingCard,
  | 'id'
  | 'title'
  | 'unit_label'
  | 'price_fen'
  | 'farmer_fen'
  | 'stock_available'
  | 'village'
  | 'household'
  | 'photo'
> & {
  /** What was seen; carts of an earlier day do not know it. */
  version?: number
  perishable?: boolean
  /** As the server said last; it is unknown without a sign-in. */
  standing?: ServerLine['standing']
}

type ServerLine = Schemas['CartLine']

export interface CartParcel {
  village: CartListing['village']
  lines: CartLine[]
  totalFen: number
}

interface Shelf {
  storage: Storage
  key: string
}

export const useCartStore = defineStore('cart', () => {
  const helping = useHelpingStore()
  /** What is chosen for an elder is not mixed with one's own, and goes with the tab. */
  const shelf = computed<Shelf>(() =>
    helping.elder
      ? { storage: sessionStorage, key: `${KEY}.${helping.elder.id}` }
      : { storage: localStorage, key: KEY },
  )
  const lines = ref<CartLine[]>(read(shelf.value))
  watch(shelf, (next) => (lines.value = read(next)), { flush: 'sync' })
  watch(lines, (now) => shelf.value.storage.setItem(shelf.value.key, JSON.stringify(now)), {
    deep: true,
    // Later would be too late where the shelf changes at once.
    flush: 'sync',
  })

  const count = computed(() => sum(lines.value, (line) => line.quantity))
  const totalFen = computed(() =>
    sum(lines.value, (line) => line.quantity * line.listing.price_fen),
  )
  const farmerFen = computed(() =>
    sum(lines.value, (line) => line.quantity * line.listing.farmer_fen),
  )

  /** One parcel per village: that is how the goods travel. */
  const parcels = computed<CartParcel[]>(() => {
    const byVillage = new Map<string, CartParcel>()
    for (const line of lines.value) {
      const { village, price_fen } = line.listing
      const parcel = byVillage.get(village.code) ?? { village, lines: [], totalFen: 0 }
      parcel.lines.push(line)
      parcel.totalFen += price_fen * line.quantity
      byVillage.set(village.code, parcel)
    }
    return [...byVillage.values()]
  })

  function add(listing: CartListing, quantity: number): void {
    const known = lines.value.find((line) => line.listing.id === listing.id)
    if (!known) {
      lines.value.push({ listing, quantity: clamp(quantity, listing) })
      return
    }
    known.listing = listing
    known.quantity = clamp(known.quantity + quantity, listing)
  }

  function setQuantity(listingId: string, quantity: number): void {
    const line = lines.value.find((candidate) => candidate.listing.id === listingId)
    if (line) line.quantity = clamp(quantity, line.listing)
  }

  function remove(listingId: string): void {
    lines.value = lines.value.filter((line) => line.listing.id !== listingId)
  }

  function clear(): void {
    lines.value = []
  }

  /** What changed since it was put in the cart is taken over, at its price of today. */
  function renew(listing: CartListing): void {
    const line = lines.value.find((candidate) => candidate.listing.id === listing.id)
    if (line) line.listing = listing
  }

  /** What the server keeps takes the place of what lay here. */
  function take(kept: readonly ServerLine[]): void {
    lines.value = kept.map(ofServer)
  }

  return {
    lines,
    count,
    totalFen,
    farmerFen,
    parcels,
    add,
    setQuantity,
    renew,
    remove,
    clear,
    take,
  }
})

/** A line as it was seen: what changed since is asked about when it is ordered. */
function ofServer(line: ServerLine): CartLine {
  const {
    id,
    title,
    unit_label,
    price_fen,
    farmer_fen,
    stock_available,
    village,
    household,
    photo,
  } = line.listing
  const now = { id, title, unit_label, price_fen, farmer_fen, stock_available, village, household }
  const listing = {
    ...now,
    ...(line.seen ?? {}),
    photo: photo ?? null,
    version: line.seen_version,
    perishable: line.is_perishable,
    standing: line.standing,
  }
  return { listing, quantity: line.quantity }
}

/** What the cart keeps of a listing's page. */
export function toCart(listing: Listing): CartListing {
  return {
    id: listing.id,
    title: listing.title,
    unit_label: listing.unit_label,
    price_fen: listing.price_fen,
    farmer_fen: listing.farmer_fen,
    stock_available: listing.stock_available,
    village: listing.village,
    household: listing.household,
    photo: listing.photos[0] ?? null,
    version: listing.version,
    perishable: listing.template?.returns_rule === 'perishable',
  }
}

function clamp(quantity: number, listing: CartListing): number {
  return Math.max(1, Math.min(Math.trunc(quantity), Math.max(1, listing.stock_available)))
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}

function read({ storage, key }: Shelf): CartLine[] {
  try {
    const saved: unknown = JSON.parse(storage.getItem(key) ?? '[]')
    return Array.isArray(saved) ? saved.filter(isLine) : []
  } catch {
    return []
  }
}

function isLine(value: unknown): value is CartLine {
  const line = value as Partial<CartLine> | null
  return (
    Number.isSafeInteger(line?.quantity) &&
    typeof line?.listing?.id === 'string' &&
    Number.isSafeInteger(line.listing.price_fen)
  )
}
