import { type Choice, changesBetween, type FieldChange, merged } from './merge'
import type { ListingForm } from './listing-form'
import type { Draft, DraftPhoto } from './types'

/** A listing as it is compared: pictures are told apart by the server's names for them. */
export type Compared = ListingForm & { photos: DraftPhoto[] }

/** The stock is no part of an edit: it is changed by itself, under its own guard. */
type Shown = Omit<Compared, 'stock' | 'household_id'>

export function conflictOf(draft: Draft): FieldChange<Shown>[] {
  if (!draft.theirs) return []
  const base = draft.base && shown(draft.base.form, draft.base.photos)
  return changesBetween(
    base,
    shown(draft.form, draft.photos),
    shown(draft.theirs.form, draft.theirs.photos),
  )
}

/** The draft made again on top of what is there now, ready to be sent; `null` while something is open. */
export function resolved(
  draft: Draft,
  choices: Partial<Record<keyof Shown, Choice>>,
): Partial<Draft> | null {
  const { theirs } = draft
  if (!theirs) return null
  const result = merged(shown(theirs.form, theirs.photos), conflictOf(draft), choices)
  if (!result) return null
  const { photos, ...form } = result
  return {
    form: { ...draft.form, ...form },
    photos: mine(photos, draft.photos),
    base: { form: theirs.form, photos: theirs.photos },
    base_version: theirs.version,
    theirs: null,
    problem: null,
    state: 'editing',
  }
}

function shown(form: ListingForm, photos: DraftPhoto[]): Shown {
  const left: Partial<Compared> = { ...form, photos: photos.map(compared) }
  delete left.stock
  delete left.household_id
  return left as Shown
}

/** Where a picture lies on the phone, and how far its upload came, makes it no other picture. */
function compared(photo: DraftPhoto): DraftPhoto {
  const id = photo.photo_id ?? photo.id
  return { id, photo_id: photo.photo_id, url: null, upload_id: null }
}

/** Back from the compared ones to those that know their bytes or their address. */
function mine(photos: DraftPhoto[], known: DraftPhoto[]): DraftPhoto[] {
  return photos.map((photo) => known.find((one) => compared(one).id === photo.id) ?? photo)
}
