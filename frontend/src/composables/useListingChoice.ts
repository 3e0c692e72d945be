import { computed } from 'vue'
import { type LocationQueryRaw, useRoute, useRouter } from 'vue-router'
import type { ListingFilter, ListingSort } from '@/api/queries/listings'
import { queryText } from './queryText'

export const SORTS = ['fair', 'newest', 'price_asc', 'price_desc'] as const
const TEXTS = ['q', 'category', 'village', 'price_min_fen', 'price_max_fen'] as const
const FLAGS = ['in_season', 'pre_order', 'live_now', 'in_stock'] as const

export type ListingFlag = (typeof FLAGS)[number]
/** Every condition as the URL has it; an empty text narrows nothing. */
export type ListingChoice = Record<(typeof TEXTS)[number] | ListingFlag, string> & {
  sort: ListingSort
}

/** The URL is the state: a search can be shared, bookmarked and undone. */
export function useListingChoice() {
  const route = useRoute()
  const router = useRouter()

  const choice = computed<ListingChoice>({
    get: () => {
      const sort = SORTS.find((known) => known === queryText(route.query.sort)) ?? 'fair'
      const texts = [...TEXTS, ...FLAGS].map((name) => [name, queryText(route.query[name])])
      return { ...Object.fromEntries(texts), sort } as ListingChoice
    },
    set: (next) => {
      const given = Object.entries(next).filter(
        ([name, value]) => value && !(name === 'sort' && value === 'fair'),
      )
      void router.replace({ query: Object.fromEntries(given) as LocationQueryRaw })
    },
  })

  const filter = computed<ListingFilter>(() => {
    const { sort, ...rest } = choice.value
    const given = Object.entries(rest).filter(([, value]) => value)
    return { ...Object.fromEntries(given), sort }
  })

  /** How many conditions hold besides the words. */
  const count = computed(() => Object.keys(filter.value).filter((name) => name !== 'q').length - 1)

  function change(part: Partial<ListingChoice>): void {
    choice.value = { ...choice.value, ...part }
  }

  return { choice, filter, count, change }
}
