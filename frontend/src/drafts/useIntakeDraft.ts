import { onBeforeUnmount, onMounted, reactive, ref, shallowRef, toRaw, watch } from 'vue'
import { shrinkPhoto } from '@/composables/shrinkPhoto'
import { database } from './database'
import { emptyIntake, type IntakeForm } from './intake-form'
import { emptyForm, MOST_PHOTOS } from './listing-form'
import { mayEdit } from './rules'
import { changeDraft, findDraft, keepDraft, keepPhoto, newDraft, removePhoto } from './store'
import { asIntake, type Draft, type DraftPhoto } from './types'

const PAUSE_MS = 300

/** One weighing while it is typed: every change is on the phone a moment later. */
export function useIntakeDraft(labelOf: (form: IntakeForm) => string) {
  const draft = shallowRef<Draft<'intake'> | null>(null)
  const form = reactive<IntakeForm>(emptyIntake())
  const photos = ref<DraftPhoto[]>([])
  /** The phone is full, or keeps nothing. */
  const isUnkept = ref(false)
  let isKept = false
  let saving: Promise<void> = Promise.resolve()
  let timer: ReturnType<typeof setTimeout> | undefined

  async function begin(owner: string, first: Partial<IntakeForm>): Promise<void> {
    const begun = newDraft({ owner, form: emptyForm() })
    show({
      ...begun,
      kind: 'intake',
      form: { ...emptyIntake(), ...first },
      base: null,
      theirs: null,
    })
    isUnkept.value = !(await database()).isLasting
  }

  async function open(id: string, owner: string): Promise<boolean> {
    const found = await findDraft(id, owner)
    const intake = found && asIntake(found)
    if (!intake || intake.attempt || !mayEdit(intake.state)) return false
    show(intake)
    isKept = true
    return true
  }

  function show(next: Draft<'intake'>): void {
    draft.value = next
    Object.assign(form, next.form)
    photos.value = [...next.photos]
  }

  /** One after another. */
  function save(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    saving = saving.then(saveNow)
    return saving
  }

  async function saveNow(): Promise<void> {
    const own = draft.value
    if (!own) return
    const change = {
      form: { ...toRaw(form) },
      photos: photos.value.map((photo) => ({ ...toRaw(photo) })),
      label: labelOf(form),
    }
    try {
      if (!isKept) await keepDraft({ ...own, ...change } as unknown as Draft)
      isKept = true
      await changeDraft(own.id, (there) =>
        mayEdit(there.state)
          ? ({ ...change, state: 'editing' } as unknown as Partial<Draft>)
          : undefined,
      )
    } catch {
      isUnkept.value = true
    }
  }

  async function addPhotos(files: readonly File[]): Promise<void> {
    const own = draft.value
    if (!own) return
    for (const file of files.slice(0, MOST_PHOTOS - photos.value.length)) {
      photos.value = [...photos.value, await keepPhoto(own.id, await shrinkPhoto(file))]
      await save()
    }
  }

  async function dropPhoto(photo: DraftPhoto): Promise<void> {
    photos.value = photos.value.filter(({ id }) => id !== photo.id)
    await save()
    await removePhoto(photo.id)
  }

  const leave = () => {
    if (timer) void save()
  }
  watch(form, () => (timer ??= setTimeout(() => void save(), PAUSE_MS)), { deep: true })
  onMounted(() => addEventListener('pagehide', leave))
  onBeforeUnmount(() => {
    removeEventListener('pagehide', leave)
    leave()
  })

  return { draft, form, photos, isUnkept, begin, open, show, save, addPhotos, dropPhoto }
}
