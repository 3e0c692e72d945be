import { client, unwrap } from '@/api/client'
import type { Household, Listing, Template, User } from '@/api/types'
import { database } from './database'
import type { ListingContent } from './listing-form'

/** A household as a phone keeps it: enough to be told apart, nothing more. */
export interface HouseholdCopy {
  id: string
  alias: string | null
  village: string
  village_code: string
}

/** A listing's content, to copy, or to change from the version that it is. */
export interface ListingCopy extends ListingContent {
  id: string
  household_id: string
  version: number
}

/** A product template as the wizard fills in from it. */
export interface TemplateCopy {
  id: string
  /** Good for the villages of this place. */
  region_code: string
  title: string
  category: string
  unit_label: string
  class: Template['class']
  base: Template['base']
  pack_quantity: number
}

/** What the desk's listing pages need of the server, for one signed-in person; removed on signing out. */
export interface DeskCopy {
  owner: string
  /** Without number and address. */
  user: Pick<User, 'id' | 'display_name' | 'roles' | 'grants' | 'second_factor'>
  households: HouseholdCopy[]
  listings: ListingCopy[]
  templates: TemplateCopy[]
  fetched_at: string
  /** When the server last answered for this person. */
  met_at: string
}

const FRESH_MS = 10 * 60 * 1000
/** Who has not met the server for so long signs in anew, also without a network. */
const GOOD_MS = 14 * 24 * 3600 * 1000
const PAGE = 100
const MOST_PAGES = 5

export async function findCopy(owner: string): Promise<DeskCopy | undefined> {
  return (await database()).copies.find(owner)
}

/** Fetches anew what is older than some minutes. Copies of others who used this phone go. */
export async function refreshCopy(user: User, now = new Date()): Promise<DeskCopy | undefined> {
  const { copies } = await database()
  for (const { owner } of await copies.list()) if (owner !== user.id) await copies.remove(owner)
  const known = await copies.find(user.id)
  if (known && ageMs(known.fetched_at, now) < FRESH_MS) return known
  const [households, listings, templates] = await Promise.all([
    allHouseholds(),
    recentListings(),
    allTemplates(),
  ])
  return copies.change(user.id, () => ({
    owner: user.id,
    user: remembered(user),
    households,
    listings,
    templates,
    fetched_at: now.toISOString(),
    met_at: now.toISOString(),
  }))
}

/** Plain: a database takes no reactive object. */
function remembered({ id, display_name, roles, grants, second_factor }: User): DeskCopy['user'] {
  const kept = { id, display_name, roles, grants, second_factor }
  return JSON.parse(JSON.stringify(kept)) as DeskCopy['user']
}

export async function removeCopies(): Promise<void> {
  const { copies } = await database()
  for (const { owner } of await copies.list()) await copies.remove(owner)
}

/** The person who signed in here last, while the server cannot be asked. */
export async function rememberedUser(id: string, now = new Date()): Promise<User | null> {
  const copy = await findCopy(id)
  if (!copy || ageMs(copy.met_at, now) > GOOD_MS) return null
  return { ...copy.user, phone_masked: '', email_masked: null }
}

/** Something was sent: the next look at the desk fetches what it became. */
export async function makeStale(owner: string): Promise<void> {
  const { copies } = await database()
  await copies.change(owner, (now) => now && { ...now, fetched_at: new Date(0).toISOString() })
}

function ageMs(instant: string, now: Date): number {
  return now.getTime() - new Date(instant).getTime()
}

async function allHouseholds(): Promise<HouseholdCopy[]> {
  const found: HouseholdCopy[] = []
  let cursor: string | undefined
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const query = { limit: PAGE, cursor }
    const { data, page } = await unwrap(client.GET('/api/v1/households', { params: { query } }))
    found.push(...data.map(copyOfHousehold))
    if (!page.next) break
    cursor = page.next
  }
  return found
}

function copyOfHousehold({ id, alias, village }: Household): HouseholdCopy {
  return { id, alias, village: village.name, village_code: village.code }
}

async function recentListings(): Promise<ListingCopy[]> {
  const query = { limit: PAGE }
  const { data } = await unwrap(client.GET('/api/v1/desk/listings', { params: { query } }))
  return data.map((listing) => ({
    ...contentOf(listing),
    id: listing.id,
    household_id: listing.household.id,
    version: listing.version,
  }))
}

function contentOf(listing: Listing): ListingContent {
  return {
    template_id: listing.template?.id ?? null,
    title: listing.title,
    category: listing.category,
    unit_label: listing.unit_label,
    net_weight_g: listing.net_weight_g,
    sale_kind: listing.sale_kind,
    deposit_percent: listing.deposit_percent ?? null,
    description: listing.description,
    origin: listing.origin,
    label: listing.label,
    premium_reason: listing.premium_reason,
    price: listing.price,
    photo_ids: listing.photos.map(({ id }) => id),
  }
}

async function allTemplates(): Promise<TemplateCopy[]> {
  const query = { limit: PAGE }
  const { data } = await unwrap(client.GET('/api/v1/templates', { params: { query } }))
  return data.map(
    ({ id, region_code, title, category, class: kind, unit_label, base, pack_quantity }) => ({
      id,
      region_code,
      title,
      category,
      class: kind,
      unit_label,
      base,
      pack_quantity,
    }),
  )
}
