import { readonly, ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'

/** Outlives the way to the log-in page and back, but not a reload: it is kept in memory only. */
const token = ref('')

/** The token behind the `#` of an invitation's link, taken out of the address bar at once. */
export function useInvitationToken() {
  const route = useRoute()
  const router = useRouter()

  // Watched, because the link of another invitation may be opened while this page stands open.
  watch(
    () => route.hash,
    (hash) => {
      if (hash.length < 2) return
      token.value = hash.slice(1)
      // Through the router, so that its own idea of the address forgets the token as well.
      void router.replace({ ...route, hash: '' })
    },
    { immediate: true },
  )

  function forget(): void {
    token.value = ''
  }

  return { token: readonly(token), forget }
}
