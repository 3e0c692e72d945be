import type { RouteLocationNormalized } from 'vue-router'
import { i18n } from '@/locales'

export function titleOf(to: Pick<RouteLocationNormalized, 'meta'>): string {
  const { t } = i18n.global
  return to.meta.title ? `${t(to.meta.title)} · ${t('app.name')}` : t('app.name')
}
