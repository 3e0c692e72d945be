import { nextTick, ref } from 'vue'
import { ApiError } from '@/api/error'

/**
 * Messages of a form by JSON pointer, whoever found the fault: `check` for what the page can see,
 * `take` for the server's answer. A refusal that points at no shown field stays in `problem`; `pointerOf`
 * names the field that a code speaks of, where the server names none.
 */
export function useFormErrors(
  shownPointers: readonly string[],
  pointerOf: Readonly<Record<string, string>> = {},
) {
  const messages = ref<Record<string, string>>({})
  const problem = ref<unknown>(null)

  /** `faults` maps a pointer to its message, or to a falsy value when the field is fine. */
  function check(faults: Record<string, string | false | null | undefined>): boolean {
    const found = Object.entries(faults).filter((entry): entry is [string, string] => !!entry[1])
    messages.value = Object.fromEntries(found)
    problem.value = null
    void focusFirst()
    return found.length === 0
  }

  function take(error: unknown): void {
    const byPointer = error instanceof ApiError ? pointersOf(error) : {}
    const shown = Object.entries(byPointer).filter(([pointer]) => shownPointers.includes(pointer))
    messages.value = Object.fromEntries(shown)
    problem.value =
      shown.length > 0 && shown.length === Object.keys(byPointer).length ? null : error
    void focusFirst()
  }

  function pointersOf(error: ApiError): Record<string, string> {
    const pointer = pointerOf[error.code]
    return pointer ? { [pointer]: error.detail } : error.byPointer
  }

  function at(pointer: string): string | undefined {
    return messages.value[pointer]
  }

  return { at, check, take, problem }
}

async function focusFirst(): Promise<void> {
  await nextTick()
  document.querySelector<HTMLElement>('form [aria-invalid="true"]')?.focus()
}
