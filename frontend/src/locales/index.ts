import { createI18n } from 'vue-i18n'

export const LOCALES = ['zh-CN', 'en'] as const
export type Locale = (typeof LOCALES)[number]

/** Everybody needs the first part; the others are fetched with the pages that need them. */
export type MessagePart = 'everyone' | 'pages' | 'account' | 'search' | 'goods' | 'buying' | 'staff'

const loaders = {
  'zh-CN': {
    everyone: () => import('./zh-CN.json'),
    pages: () => import('./zh-CN.pages.json'),
    account: () => import('./zh-CN.account.json'),
    search: () => import('./zh-CN.search.json'),
    goods: () => import('./zh-CN.goods.json'),
    buying: () => import('./zh-CN.buying.json'),
    staff: () => import('./zh-CN.staff.json'),
  },
  en: {
    everyone: () => import('./en.json'),
    pages: () => import('./en.pages.json'),
    account: () => import('./en.account.json'),
    search: () => import('./en.search.json'),
    goods: () => import('./en.goods.json'),
    buying: () => import('./en.buying.json'),
    staff: () => import('./en.staff.json'),
  },
} satisfies Record<Locale, Record<MessagePart, () => Promise<{ default: object }>>>

export const i18n = createI18n({
  legacy: false,
  locale: 'zh-CN' as Locale,
  fallbackLocale: false,
  missingWarn: import.meta.env.DEV,
  messages: {},
})

const wanted = new Set<MessagePart>(['everyone'])
const loaded = new Set<string>()

/** Makes `locale` the current one, once its messages are there. */
export async function loadLocale(locale: Locale): Promise<void> {
  await Promise.all([...wanted].map((part) => loadPart(locale, part)))
  i18n.global.locale.value = locale
}

/** Adds a part for the current language, and for every language chosen later. */
export async function wantMessages(part: MessagePart): Promise<void> {
  wanted.add(part)
  await loadLocale(i18n.global.locale.value as Locale)
}

async function loadPart(locale: Locale, part: MessagePart): Promise<void> {
  const key = `${locale} ${part}`
  if (loaded.has(key)) return
  const messages = await loaders[locale][part]()
  i18n.global.mergeLocaleMessage(locale, messages.default)
  loaded.add(key)
}
