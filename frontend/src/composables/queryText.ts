import type { LocationQueryValue } from 'vue-router'

/** One value of the query string as text; absent and repeated ones do not surprise the caller. */
export function queryText(value: LocationQueryValue | LocationQueryValue[] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? ''
}
