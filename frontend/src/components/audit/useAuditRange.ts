import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { queryText } from '@/composables/queryText'
import { chinaDay } from '@/format'

const DEFAULT_DAYS = 30
const DAY_MS = 24 * 60 * 60 * 1000

/** The range of an audit page. It lives in the URL, so that a finding can be sent as a link. */
export function useAuditRange() {
  const route = useRoute()
  const router = useRouter()

  const from = computed(
    () => queryText(route.query.from) || chinaDay(new Date(Date.now() - DEFAULT_DAYS * DAY_MS)),
  )
  const to = computed(() => queryText(route.query.to) || chinaDay(new Date()))

  /** Empty values leave the URL instead of standing in it as `key=`. */
  function change(part: Record<string, string>): void {
    const query = Object.entries({ ...route.query, ...part }).filter(([, value]) => value)
    void router.replace({ query: Object.fromEntries(query) })
  }

  return { from, to, change }
}
