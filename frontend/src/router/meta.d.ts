import 'vue-router'
import type { Role } from '@/api/types'

declare module 'vue-router' {
  interface RouteMeta {
    /** Message key of the page's title. */
    title?: string
    /** Any signed-in person may enter. */
    signedIn?: true
    /** Only people who hold one of these roles may enter. */
    roles?: readonly Role[]
  }
}
