import { onBeforeUnmount, onMounted, reactive, ref, shallowRef, toRaw, watch } from 'vue'
import { shrinkPhoto } from '@/composables/shrinkPhoto'
import { database } from './database'
import { emptyForm, labelOf, type ListingForm, MOST_PHOTOS } from './listing-form'
import { isSame } from './merge'
import { mayEdit } from './rules'
import {
  type Beginning,
  changeDraft,
  findDraft,
  keepDraft,
  keepPhoto,
  newDraft,
  removePhoto,
} from './store'
import type { Draft, DraftPhoto } from './types'

const PAUSE_MS = 300

/** One draft while it is being written: every change is on the phone a moment later. */
export function useListingDraft() {
  const draft = shallowRef<Draft | null>(null)
  const form = reactive<ListingForm>(emptyForm())
  const photos = ref<DraftPhoto[]>([])
  const keptAt = ref<string | null>(null)
  /** Something was typed that does not lie on the phone yet. */
  const isDirty = ref(false)
  /** The phone is full, or keeps nothing. */
  const isUnkept = ref(false)
  let saved = plain(form)
  let saving: Promise<void> = Promise.resolve()
  let timer: ReturnType<typeof setTimeout> | undefined

  async function begin(beginning: Beginning): Promise<void> {
    show(newDraft(beginning))
    isUnkept.value = !(await database()).isLasting
  }

  async function open(id: string, owner: string): Promise<boolean> {
    const found = await findDraft(id, owner)
    if (!found) return false
    show(found)
    keptAt.value = found.updated_at
    isUnkept.value = !(await database()).isLasting
    return true
  }

  function show(next: Draft): void {
    draft.value = next
    saved = plain(next.form)
    Object.assign(form, plain(next.form))
    photos.value = [...next.photos]
  }

  /** One after another; `isWanted` keeps also a draft in which nothing was typed yet. */
  function save(isWanted = false): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    saving = saving.then(() => saveNow(isWanted))
    return saving
  }

  /** Only what was changed here: another tab may have changed something else. */
  async function saveNow(isWanted: boolean): Promise<void> {
    const own = draft.value
    if (!own || !mayEdit(own.state)) return
    const now = plain(form)
    isDirty.value = false
    const isUntouched = isSame(now, saved) && isSame(photos.value, own.photos)
    if (isUntouched && (keptAt.value || !isWanted)) return
    const changed = changedFields(saved, now)
    const kept = photos.value.map((photo) => ({ ...toRaw(photo) }))
    try {
      if (!keptAt.value) await keepDraft({ ...own, form: now, photos: kept, label: labelOf(now) })
      const after = await changeDraft(own.id, (there) =>
        mayEdit(there.state)
          ? {
              form: { ...there.form, ...changed },
              photos: kept,
              label: labelOf(now),
              state: 'editing',
            }
          : undefined,
      )
      saved = now
      if (!after) return
      draft.value = after
      keptAt.value = after.updated_at
    } catch {
      isUnkept.value = true
    }
  }

  /** At the latest a moment after the first change: somebody who types on and on is not left unkept. */
  function saveSoon(): void {
    isDirty.value = true
    timer ??= setTimeout(() => void save(), PAUSE_MS)
  }

  async function addPhotos(files: readonly File[]): Promise<void> {
    const own = draft.value
    if (!own) return
    for (const file of files.slice(0, MOST_PHOTOS - photos.value.length)) {
      const photo = await keepPhoto(own.id, await shrinkPhoto(file))
      photos.value = [...photos.value, photo]
      await save()
    }
  }

  async function dropPhoto(photo: DraftPhoto): Promise<void> {
    photos.value = photos.value.filter(({ id }) => id !== photo.id)
    await save()
    await removePhoto(photo.id)
  }

  const leave = () => void save()
  watch(form, saveSoon, { deep: true })
  onMounted(() => {
    addEventListener('pagehide', leave)
    document.addEventListener('visibilitychange', leave)
  })
  onBeforeUnmount(() => {
    removeEventListener('pagehide', leave)
    document.removeEventListener('visibilitychange', leave)
    leave()
  })

  return {
    draft,
    form,
    photos,
    keptAt,
    isDirty,
    isUnkept,
    begin,
    open,
    show,
    save,
    addPhotos,
    dropPhoto,
  }
}

function plain(form: ListingForm): ListingForm {
  return { ...toRaw(form), price: { ...toRaw(form.price) } }
}

function changedFields(before: ListingForm, now: ListingForm): Partial<ListingForm> {
  const fields = Object.keys(now) as (keyof ListingForm)[]
  const changed = fields.filter((field) => !isSame(before[field], now[field]))
  return Object.fromEntries(changed.map((field) => [field, now[field]]))
}
