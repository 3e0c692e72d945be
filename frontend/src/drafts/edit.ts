import { client, unwrap } from '@/api/client'
import { ApiError } from '@/api/error'
import { findCopy } from './desk-copy'
import { type ListingContent, photoOfServer, textsOf } from './listing-form'
import { isPassing, isUnsent } from './rules'
import { keepDraft, listDrafts, newDraft } from './store'
import type { Draft } from './types'

interface Newest {
  household_id: string
  version: number
  content: ListingContent
}

/** A draft that changes a listing: the one that was begun before, or a new one of the newest version. */
export async function beginEdit(listingId: string, owner: string): Promise<Draft> {
  const begun = (await listDrafts(owner)).find(
    (draft) => draft.subject_id === listingId && isUnsent(draft),
  )
  if (begun) return begun
  const { household_id, version, content } = await newest(listingId, owner)
  const form = { household_id, stock: '', ...textsOf(content) }
  const photos = content.photo_ids.map(photoOfServer)
  const draft = newDraft({ owner, form, photos, subject: { id: listingId, version } })
  await keepDraft(draft)
  return draft
}

/** Without a network, the version that the phone knows; if it is an old one, the server will say so. */
async function newest(id: string, owner: string): Promise<Newest> {
  try {
    const params = { path: { id } }
    const [listing, versions] = await Promise.all([
      unwrap(client.GET('/api/v1/listings/{id}', { params })),
      unwrap(
        client.GET('/api/v1/listings/{id}/versions', {
          params: { ...params, query: { limit: 1 } },
        }),
      ),
    ])
    const [last] = versions.data
    if (!last) throw new ApiError(404, null)
    return { household_id: listing.household.id, version: last.version, content: last.content }
  } catch (error) {
    const copy = (await findCopy(owner))?.listings.find((one) => one.id === id)
    if (!copy || !(error instanceof ApiError) || !isPassing(error)) throw error
    return { household_id: copy.household_id, version: copy.version, content: copy }
  }
}
