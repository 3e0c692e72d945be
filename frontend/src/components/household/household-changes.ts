import type { Household, HouseholdPatch } from '@/api/types'

interface Words {
  alias: string
  story: string
  members: string
}

/** Only what differs: words sent again unchanged would still be words sent. `null` takes something away. */
export function changesOf(
  household: Pick<Household, 'alias' | 'story' | 'members'>,
  form: Words,
): HouseholdPatch {
  const alias = form.alias.trim()
  const story = form.story.trim() || null
  const members = form.members.trim() ? Number(form.members) : null
  return {
    ...(alias !== household.alias && { alias }),
    ...(story !== household.story && { story }),
    ...(members !== (household.members ?? null) && { members }),
  }
}
