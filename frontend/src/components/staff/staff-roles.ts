import type { GrantState, Role } from '@/api/types'
import type { Tone } from '@/components/app/AppTag.vue'

/** The roles that are granted; buyers and family helpers need nobody's leave. */
export const STAFF_ROLES = [
  'coordinator',
  'approver',
  'auditor',
  'administrator',
] as const satisfies readonly Role[]
export type StaffRole = (typeof STAFF_ROLES)[number]

export function staffRole(text: string): StaffRole | undefined {
  return STAFF_ROLES.find((role) => role === text)
}

export const GRANT_TONES: Readonly<Record<GrantState, Tone>> = {
  pending: 'wait',
  in_force: 'good',
  expired: 'neutral',
  revoked: 'bad',
}
