import type { LocationQueryValue } from 'vue-router'
import type { User } from '@/api/types'
import { queryText } from './queryText'

/** Back to where sign-in interrupted, inside this site only; else to the person's own desk. */
export function nextAfterSignIn(
  next: LocationQueryValue | LocationQueryValue[] | undefined,
  user: Pick<User, 'roles'>,
): string {
  const path = queryText(next)
  if (/^\/(?![/\\])/.test(path)) return path
  if (user.roles.includes('auditor')) return '/audit'
  if (user.roles.includes('coordinator') || user.roles.includes('approver')) return '/desk'
  if (user.roles.includes('administrator')) return '/admin'
  return '/'
}
