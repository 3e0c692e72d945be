import { useI18n } from 'vue-i18n'
import { isMobilePhone } from '@/phone'

export const SHORTEST_PASSWORD = 8

/** A code as it is meant: apps and messages show it with gaps. */
export function bareCode(text: string): string {
  return text.replace(/\s/g, '')
}

/** What the page itself can see to be wrong with the fields of an account: a message, or nothing. */
export function useAccountChecks() {
  const { t } = useI18n()
  return {
    phone: (text: string) => !isMobilePhone(text) && t('form.phone'),
    filled: (text: string) => !text.trim() && t('form.required'),
    newPassword: (text: string) =>
      text.length < SHORTEST_PASSWORD && t('form.password', { length: SHORTEST_PASSWORD }),
    code: (text: string) => !/^\d{6}$/.test(bareCode(text)) && t('form.code'),
  }
}
