import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { usePagedQuery } from '@/composables/usePagedQuery'
import { client, unwrap } from '../client'
import type { PersonalField, PersonInput, PersonPatch } from '../types'
import { consentKeys } from './consents'
import { householdKeys } from './households'

export const peopleKeys = {
  list: (householdId: string) => ['people', householdId] as const,
  accesses: (householdId: string) => ['people', householdId, 'accesses'] as const,
}

/** The people of a household, masked. */
export function usePeople(householdId: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => peopleKeys.list(toValue(householdId))),
    queryFn: async () =>
      (
        await unwrap(
          client.GET('/api/v1/households/{id}/people', {
            params: { path: { id: toValue(householdId) } },
          }),
        )
      ).data,
  })
}

export function useAddPerson(householdId: MaybeRefOrGetter<string>) {
  const refresh = usePeopleRefresh(householdId)
  return useMutation({
    mutationFn: (body: PersonInput) =>
      unwrap(
        client.POST('/api/v1/households/{id}/people', {
          params: { path: { id: toValue(householdId) } },
          body,
        }),
      ),
    onSuccess: refresh,
  })
}

export function useCorrectPerson(householdId: MaybeRefOrGetter<string>) {
  const refresh = usePeopleRefresh(householdId)
  return useMutation({
    mutationFn: ({ id, ...body }: PersonPatch & { id: string }) =>
      unwrap(
        client.PATCH('/api/v1/households/{id}/people/{person_id}', {
          params: { path: { id: toValue(householdId), person_id: id } },
          body,
        }),
      ),
    onSuccess: refresh,
  })
}

/** What was hidden, kept by the caller alone: it goes into no cache. */
export function useUnmaskPerson(householdId: MaybeRefOrGetter<string>) {
  const refresh = usePeopleRefresh(householdId)
  return useMutation({
    mutationFn: ({ id, ...body }: { id: string; fields: PersonalField[]; reason: string }) =>
      unwrap(
        client.POST('/api/v1/households/{id}/people/{person_id}/unmask', {
          params: { path: { id: toValue(householdId), person_id: id } },
          body,
        }),
      ),
    onSuccess: refresh,
    gcTime: 0,
  })
}

export function useErasePerson(householdId: MaybeRefOrGetter<string>) {
  const refresh = usePeopleRefresh(householdId)
  return useMutation({
    mutationFn: ({ id, reason }: { id: string; reason: string }) =>
      unwrap(
        client.POST('/api/v1/households/{id}/people/{person_id}/erase', {
          params: { path: { id: toValue(householdId), person_id: id } },
          body: { reason },
        }),
      ),
    onSuccess: refresh,
  })
}

/** Who looked at the people of a household. */
export function useHouseholdAccesses(householdId: MaybeRefOrGetter<string>) {
  return usePagedQuery(
    () => peopleKeys.accesses(toValue(householdId)),
    (cursor) =>
      unwrap(
        client.GET('/api/v1/households/{id}/access-log', {
          params: { path: { id: toValue(householdId) }, query: { limit: 20, cursor } },
        }),
      ),
  )
}

/** People, their consents, and what stands on them change together. */
function usePeopleRefresh(householdId: MaybeRefOrGetter<string>) {
  const queries = useQueryClient()
  return () => {
    void queries.invalidateQueries({ queryKey: peopleKeys.list(toValue(householdId)) })
    void queries.invalidateQueries({ queryKey: consentKeys.list(toValue(householdId)) })
    void queries.invalidateQueries({ queryKey: householdKeys.all })
  }
}
