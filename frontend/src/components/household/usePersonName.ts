import { useI18n } from 'vue-i18n'
import type { Person } from '@/api/types'

/** A person of a household as staff call them: what they are to the head, and the masked name. */
export function usePersonName() {
  const { t } = useI18n()
  function nameOf(person: Person): string {
    const relation = t(`person.relation.${person.relation}`)
    if (person.erased_at) return t('person.erasedName', { relation })
    return person.name_masked ? `${relation} ${person.name_masked}` : relation
  }
  function nameById(people: readonly Person[], id: string | null): string {
    const person = people.find((candidate) => candidate.id === id)
    return person ? nameOf(person) : t('person.unknown')
  }
  return { nameOf, nameById }
}
