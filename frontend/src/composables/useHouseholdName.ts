import { useI18n } from 'vue-i18n'
import type { HouseholdRef } from '@/api/types'

/** What a household is called on this page: its alias, or no name while the head does not agree to it. */
export function useHouseholdName() {
  const { t } = useI18n()
  return (household: Pick<HouseholdRef, 'alias'>): string =>
    household.alias ?? t('household.unnamed')
}
