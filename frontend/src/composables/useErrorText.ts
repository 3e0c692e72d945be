import { useI18n } from 'vue-i18n'
import { ApiError } from '@/api/error'

/** The sentence for a failure: the server's own where it gave one, else ours. */
export function useErrorText() {
  const { t } = useI18n()
  return (error: unknown): string => {
    if (!(error instanceof ApiError)) return t('error.unexpected')
    if (error.status === 0) return t('error.network')
    return error.detail || t('error.unexpected')
  }
}
