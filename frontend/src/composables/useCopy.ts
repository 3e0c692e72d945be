import { useI18n } from 'vue-i18n'
import { useToast } from './useToast'

/** Copies a text, and says whether it did. */
export function useCopy() {
  const { t } = useI18n()
  const { say } = useToast()
  return async (text: string): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text)
      say(t('common.copied'))
    } catch {
      // Plain http has no clipboard: the text stands there to be selected by hand.
      say(t('common.copyByHand'))
    }
  }
}
