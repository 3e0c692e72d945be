import { computed, ref } from 'vue'
import type { User } from '@/api/types'
import { useSessionStore } from '@/stores/session'
import { type DeskCopy, findCopy, makeStale, refreshCopy } from './desk-copy'

/** The phone's copy at once, and a fresher one as soon as the server answers. */
export function useDeskCopy() {
  const session = useSessionStore()
  const copy = ref<DeskCopy>()
  const error = ref<unknown>(null)
  const isPending = ref(true)
  const households = computed(() => copy.value?.households ?? [])
  const listings = computed(() => copy.value?.listings ?? [])
  const templates = computed(() => copy.value?.templates ?? [])

  async function load(isForced = false): Promise<void> {
    const user: User | null = session.user
    if (!user) return
    error.value = null
    try {
      if (isForced) await makeStale(user.id)
      copy.value = await findCopy(user.id)
      isPending.value = !copy.value
      copy.value = await refreshCopy(user)
    } catch (failure) {
      // With a copy the phone goes on by itself.
      if (!copy.value) error.value = failure
    } finally {
      isPending.value = false
    }
  }

  return { copy, households, listings, templates, error, isPending, load }
}
