import { onScopeDispose, ref } from 'vue'
import { persist, sendInPieces, type Sending } from '@/api/pieces'
import { shrinkPhoto } from './shrinkPhoto'

/** A picture on its way: made small, sent in pieces, then handed to `finish` by its upload's id. */
export function useSending() {
  /** From 0 to 1; null while nothing is under way. */
  const share = ref<number | null>(null)
  const isWaiting = ref(false)
  let running: AbortController | null = null

  async function send<T>(file: Blob, finish: (uploadId: string) => Promise<T>): Promise<T | null> {
    const controller = new AbortController()
    running = controller
    share.value = 0
    try {
      const small = await shrinkPhoto(file)
      const sending: Sending = {
        signal: controller.signal,
        onProgress(sent, isBroken) {
          share.value = sent / small.size
          isWaiting.value = isBroken
        },
      }
      const uploadId = await sendInPieces(small, sending)
      // Finished twice, an upload gives the same picture: safe to repeat.
      return await persist(
        () => finish(uploadId),
        sending,
        () => (isWaiting.value = true),
      )
    } catch (error) {
      if (controller.signal.aborted) return null
      throw error
    } finally {
      share.value = null
      isWaiting.value = false
    }
  }

  function cancel(): void {
    running?.abort()
  }
  onScopeDispose(cancel)

  return { share, isWaiting, send, cancel }
}
