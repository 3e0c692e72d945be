import { defineStore } from 'pinia'
import { ref, watchEffect } from 'vue'
import { setApiLanguage } from '@/api/client'
import { type Locale, LOCALES, loadLocale } from '@/locales'

const KEY = 'yuanshan.prefs'

interface Saved {
  locale?: Locale
  largeType?: boolean
}

/** Language and type size, remembered on this device. */
export const usePrefsStore = defineStore('prefs', () => {
  const saved = read()
  const locale = ref<Locale>(saved.locale ?? 'zh-CN')
  const largeType = ref(saved.largeType ?? false)

  watchEffect(() => {
    document.documentElement.dataset.type = largeType.value ? 'large' : 'normal'
    localStorage.setItem(KEY, JSON.stringify({ locale: locale.value, largeType: largeType.value }))
  })

  async function setLocale(next: Locale): Promise<void> {
    setApiLanguage(next)
    await loadLocale(next)
    locale.value = next
    document.documentElement.lang = next
  }

  return { locale, largeType, setLocale }
})

function read(): Saved {
  try {
    const saved = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Saved
    return LOCALES.some((known) => known === saved.locale) ? saved : { ...saved, locale: undefined }
  } catch {
    return {}
  }
}
