import { useQueryClient } from '@tanstack/vue-query'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { uuid } from '@/api/idempotency'
import { listingKeys } from '@/api/queries/listings'
import { refresh } from '@/api/token'
import { useSessionStore } from '@/stores/session'
import { database } from './database'
import { makeStale, refreshCopy } from './desk-copy'
import { nextTry, sendWaiting } from './queue'
import { isUnsent, isWaiting, lastSent, needsPerson, queuedAgain } from './rules'
import { changeDraft, findDraft, listDrafts, onDraftsChanged, removeDraft } from './store'
import type { Draft } from './types'

const LEAST_WAIT_MS = 1000

/** The drafts of the person at this phone, and the queue that sends them while the desk is open. */
export const useDraftsStore = defineStore('drafts', () => {
  const session = useSessionStore()
  const queries = useQueryClient()
  const drafts = shallowRef<Draft[]>([])
  const isLasting = ref(true)
  const isOnline = ref(navigator.onLine)
  const isSending = ref(false)
  const owner = computed(() => session.user?.id ?? '')
  let timer: ReturnType<typeof setTimeout> | undefined

  const unsent = computed(() => drafts.value.filter(isUnsent))
  const waiting = computed(() => drafts.value.filter(isWaiting))
  const forPerson = computed(() => drafts.value.filter(needsPerson))
  const lastSentAt = computed(() => lastSent(drafts.value))

  async function load(): Promise<void> {
    isLasting.value = (await database()).isLasting
    drafts.value = owner.value ? await listDrafts(owner.value) : []
  }

  async function run(isForced = false): Promise<void> {
    if (!owner.value || isSending.value) return
    isSending.value = true
    try {
      const { reached } = await sendWaiting(owner.value, isForced)
      if (reached !== null) {
        isOnline.value = reached
        await makeStale(owner.value)
        void queries.invalidateQueries({ queryKey: listingKeys.all })
      }
    } catch {
      // Another tab sends by now; what becomes of the drafts is heard from it.
    } finally {
      isSending.value = false
      await load()
      plan()
    }
  }

  /** Also where the browser says there is no network: webviews misreport it, and a try costs nothing. */
  function plan(): void {
    clearTimeout(timer)
    const next = nextTry(drafts.value)
    if (!next) return
    timer = setTimeout(() => void run(), Math.max(LEAST_WAIT_MS, next.getTime() - Date.now()))
  }

  /** Puts a draft into the queue and tries at once; what became of it is in the answer. */
  async function deliver(id: string, submit: boolean): Promise<Draft | undefined> {
    await changeDraft(id, (now) =>
      isUnsent(now) ? { ...queuedAgain(now, uuid), submit } : undefined,
    )
    await run(true)
    return findDraft(id, owner.value)
  }

  async function remove(id: string): Promise<void> {
    await removeDraft(id)
    await load()
  }

  async function wakeUp(): Promise<void> {
    isOnline.value = true
    if (waiting.value.length === 0) return
    await refresh().catch(() => null)
    await run(true)
  }

  function rest(): void {
    isOnline.value = false
  }

  function look(): void {
    if (document.visibilityState === 'visible') void run()
  }

  /** What the wizard needs is fetched while there is a network, not when there is none any more. */
  async function begin(): Promise<void> {
    await load()
    await run()
    if (session.user && session.hasRole('coordinator')) {
      await refreshCopy(session.user).catch(() => undefined)
    }
  }

  /** While the desk is open. Gives the way to stop. */
  function start(): () => void {
    const forget = onDraftsChanged(() => void load())
    const unwatch = watch(owner, () => void begin(), { immediate: true })
    const wake = () => void wakeUp()
    addEventListener('online', wake)
    addEventListener('offline', rest)
    document.addEventListener('visibilitychange', look)
    return () => {
      forget()
      unwatch()
      clearTimeout(timer)
      removeEventListener('online', wake)
      removeEventListener('offline', rest)
      document.removeEventListener('visibilitychange', look)
    }
  }

  return {
    drafts,
    unsent,
    waiting,
    forPerson,
    lastSentAt,
    isLasting,
    isOnline,
    isSending,
    owner,
    load,
    run,
    deliver,
    remove,
    start,
  }
})
