import type { HouseholdCopy, ListingCopy, TemplateCopy } from './desk-copy'
import { emptyForm, type ListingForm, priceTexts, textsOf } from './listing-form'

/** What is filled in: the household and the stock are always this one's own. */
type Filled = Omit<ListingForm, 'household_id' | 'stock'>

/** A new listing like one that is there. What is true of one household alone stays with it. */
export function fromListing(listing: ListingCopy, householdId: string): Filled {
  const texts = textsOf(listing)
  if (listing.household_id === householdId) return texts
  return { ...texts, origin: '', label_producer: '', premium_reason: '' }
}

/** Words of the template, price of what was sold by it last: by this household, else by any of the scope. */
export function fromTemplate(
  template: TemplateCopy,
  householdId: string,
  listings: readonly ListingCopy[],
): Filled {
  const like = listings.filter(({ template_id }) => template_id === template.id)
  const last = like.find(({ household_id }) => household_id === householdId) ?? like[0]
  return {
    ...fromNothing(),
    template_id: template.id,
    title: template.title,
    category: template.category,
    unit_label: template.unit_label,
    net_weight_g: template.base === 'gram' ? String(template.pack_quantity) : '',
    ...(last && { price: priceTexts(last.price) }),
  }
}

/** Leaving a template or a copy again gives an empty page, not the words of what was left. */
export function fromNothing(): Filled {
  const filled: Partial<ListingForm> = { ...emptyForm(), template_id: '' }
  delete filled.household_id
  delete filled.stock
  return filled as Filled
}

/** What may be copied: the household's own first, each title once, newest first as the server gives them. */
export function copyable(
  listings: readonly ListingCopy[],
  householdId: string,
  most: number,
): ListingCopy[] {
  const own = listings.filter(({ household_id }) => household_id === householdId)
  const others = listings.filter(({ household_id }) => household_id !== householdId)
  const titles = new Set<string>()
  return [...own, ...others]
    .filter(({ title }) => !titles.has(title) && titles.add(title))
    .slice(0, most)
}

/** The templates that are good for the household's village. */
export function fitting(
  templates: readonly TemplateCopy[],
  household: HouseholdCopy | undefined,
): TemplateCopy[] {
  if (!household) return [...templates]
  return templates.filter(({ region_code }) => household.village_code.startsWith(region_code))
}
