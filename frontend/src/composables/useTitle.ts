import { type MaybeRefOrGetter, toValue, watchEffect } from 'vue'
import { useI18n } from 'vue-i18n'

/** Puts the name of the thing shown into the window's title once it is known. */
export function useTitle(title: MaybeRefOrGetter<string | undefined>): void {
  const { t } = useI18n()
  watchEffect(() => {
    const text = toValue(title)
    if (text) document.title = `${text} · ${t('app.name')}`
  })
}
