import { computed, nextTick, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRoute, useRouter } from 'vue-router'
import { queryText } from '@/composables/queryText'
import {
  faultsOf,
  firstFaultyStep,
  type ListingForm,
  nextStep,
  type Step,
  stepOf,
  STEPS,
} from './listing-form'
import type { Draft } from './types'

/**
 * The steps of the wizard. They stand in the address, so that the browser's own way back goes one step back;
 * faults are shown once somebody has tried to finish, the phone's own before those that the server found.
 */
export function useWizard(form: ListingForm, draft: () => Draft | null, photos: () => number) {
  const { t, te } = useI18n()
  const route = useRoute()
  const router = useRouter()
  const isChecked = ref(false)
  const touched = ref(new Set<string>())

  /** Where one begins; what is typed then must not turn the page. */
  const first = nextStep(form, photos())
  const step = computed<Step>(() => {
    const asked = queryText(route.query.step)
    return STEPS.find((one) => one === asked) ?? first
  })
  const number = computed(() => STEPS.indexOf(step.value) + 1)

  const missing = computed(() => faultsOf(form, draft()?.base_version != null))
  const refused = computed(() =>
    Object.fromEntries(
      (draft()?.problem?.errors ?? [])
        .filter(({ pointer }) => !touched.value.has(`/${pointer.split('/')[1] ?? ''}`))
        .map(({ pointer, detail }) => [pointer, detail]),
    ),
  )
  const faults = computed<Record<string, string>>(() => ({
    ...refused.value,
    ...(isChecked.value ? missing.value : {}),
  }))
  const faulty = computed(() => new Set(Object.keys(faults.value).map(stepOf)))
  const done = computed(() => {
    const open = new Set(Object.keys(missing.value).map(stepOf))
    return new Set(STEPS.filter((one) => !open.has(one) && (one !== 'photo' || photos() > 0)))
  })

  function errorAt(pointer: string): string | undefined {
    const fault = faults.value[pointer]
    return fault && te(fault) ? t(fault) : fault
  }

  /** A field that is changed is no longer the one that was refused. */
  function touch(pointer: string): void {
    touched.value = new Set([...touched.value, pointer])
  }

  async function go(to: Step, more: Record<string, string> = {}): Promise<void> {
    await router.push({ query: { ...route.query, ...more, step: to } })
  }

  function goOn(more: Record<string, string> = {}): Promise<void> {
    const next = STEPS[STEPS.indexOf(step.value) + 1]
    return next ? go(next, more) : Promise.resolve()
  }

  /** Whether everything is there; else leads to the first thing that is not. */
  async function check(): Promise<boolean> {
    isChecked.value = true
    const first = firstFaultyStep(Object.keys(missing.value))
    if (!first) return true
    await lead(first)
    return false
  }

  async function lead(to: Step): Promise<void> {
    if (to !== step.value) await go(to)
    await nextTick()
    document.querySelector<HTMLElement>('#draft-step [aria-invalid="true"]')?.focus()
  }

  /** A new step is read from its heading. */
  watch(step, async () => {
    await nextTick()
    window.scrollTo({ top: 0 })
    document.getElementById('draft-step-name')?.focus({ preventScroll: true })
  })

  return { step, number, faulty, done, faults, errorAt, touch, go, goOn, check, lead }
}
