import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRoute } from 'vue-router'
import type { Tab } from '@/components/app/AppTabs.vue'
import { queryText } from './queryText'

const ALL = 'all'

/** Tabs over the states of a list; the chosen one lives in `?state=`, and none of them means all. */
export function useStateTabs<S extends string>(
  states: readonly S[],
  messages: string,
  initial?: S,
) {
  const { t } = useI18n()
  const route = useRoute()

  const current = computed<S | undefined>(() => {
    const asked = queryText(route.query.state)
    if (asked === ALL) return undefined
    return states.find((state) => state === asked) ?? initial
  })
  const currentTab = computed(() => current.value ?? ALL)
  const tabs = computed<Tab[]>(() => [
    { key: ALL, label: t('common.all'), to: { query: initial ? { state: ALL } : {} } },
    ...states.map((state) => ({
      key: state,
      label: t(`${messages}.${state}`),
      to: { query: { state } },
    })),
  ])
  return { current, currentTab, tabs }
}
