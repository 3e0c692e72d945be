import { useI18n } from 'vue-i18n'
import type { Access } from '@/api/types'

/** What was looked at, in words. A field that this site does not know yet keeps the server's name. */
export function useAccessText() {
  const { t, te } = useI18n()
  function fieldsOf({ fields }: Pick<Access, 'fields'>): string {
    return fields
      .map((field) => (te(`access.field.${field}`) ? t(`access.field.${field}`) : field))
      .join(t('common.listSeparator'))
  }
  return { fieldsOf }
}
