import { readonly, ref } from 'vue'

/** Long enough to be read aloud and by slow readers. */
const VISIBLE_MS = 6000

const message = ref('')
let timer: ReturnType<typeof setTimeout> | undefined

/** One short confirmation at a time, announced politely. */
export function useToast() {
  function say(text: string): void {
    message.value = text
    clearTimeout(timer)
    timer = setTimeout(() => (message.value = ''), VISIBLE_MS)
  }
  return { message: readonly(message), say }
}
