import type { Household } from '@/api/types'

/** What everybody sees of a household now. Staff are told of all of it, and which of it that is. */
export function asPublic(household: Household): Household {
  const { public_fields: fields, alias, story, photos } = household
  return {
    ...household,
    alias: !fields || fields.includes('alias') ? alias : null,
    story: !fields || fields.includes('story') ? story : null,
    photos: photos.filter(({ is_public }) => is_public),
  }
}
