import { useI18n } from 'vue-i18n'
import { deviceKind } from './device-name'

/** 微信 · 安卓, Chrome · Windows: what somebody recognises a device of theirs by. */
export function useDeviceName() {
  const { t } = useI18n()
  return (userAgent: string): string => {
    const { app, system } = deviceKind(userAgent)
    const names = [app && t(`device.app.${app}`), system && t(`device.system.${system}`)]
    return names.filter(Boolean).join(' · ') || t('device.unknown')
  }
}
