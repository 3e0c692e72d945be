import { client, unwrap } from '@/api/client'
import type { IntakeInput } from '@/api/types'
import { intakeBody } from './intake-form'
import { isUnknown } from './rules'
import { sendPhotos } from './send-photos'
import type { Keep } from './sender'
import type { Draft } from './types'

/**
 * Photos first, then the weighing under the draft's key: a lost answer makes no second one. What may have
 * arrived goes out again as it was: nobody writes on it before an answer says what became of it.
 */
export async function sendIntake(begun: Draft, keep: Keep): Promise<Draft> {
  const draft = (await sendPhotos(begun, keep)) as unknown as Draft<'intake'>
  const photoIds = draft.photos.flatMap(({ photo_id }) => (photo_id ? [photo_id] : []))
  const now = JSON.stringify(intakeBody(draft.form, photoIds))
  const { body, at } = draft.attempt ?? { body: now, at: new Date().toISOString() }
  await keep({ attempt: { body, at } })
  try {
    const params = { header: { 'Idempotency-Key': draft.key } }
    const taken = await unwrap(
      client.POST('/api/v1/intakes', { params, body: JSON.parse(body) as IntakeInput }),
    )
    return await keep({ subject_id: taken.intake.id, attempt: null })
  } catch (error) {
    // Refused: nothing has happened, so what comes next may differ.
    if (!isUnknown(error)) await keep({ attempt: null })
    throw error
  }
}
