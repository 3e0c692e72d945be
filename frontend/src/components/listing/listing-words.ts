import type { Listing, ListingInput } from '@/api/types'

/** What may be told of a good beyond its name and price, as it is typed. */
export interface ListingWords {
  description: string
  origin: string
  premium_reason: string
  ingredients: string
  producer: string
  storage: string
}

export function wordsOf(listing?: Listing): ListingWords {
  return {
    description: listing?.description ?? '',
    origin: listing?.origin ?? '',
    premium_reason: listing?.premium_reason ?? '',
    ingredients: listing?.label.ingredients ?? '',
    producer: listing?.label.producer ?? '',
    storage: listing?.label.storage ?? '',
  }
}

/** As it is sent: what was left empty is taken away. */
export function wordsToSend(words: ListingWords): Partial<ListingInput> {
  const given = (text: string) => text.trim() || null
  return {
    description: given(words.description),
    origin: given(words.origin),
    premium_reason: given(words.premium_reason),
    label: {
      ingredients: given(words.ingredients),
      producer: given(words.producer),
      storage: given(words.storage),
    },
  }
}
