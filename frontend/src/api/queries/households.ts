import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { usePagedQuery } from '@/composables/usePagedQuery'
import { client, unwrap } from '../client'
import type { Household, HouseholdInput, HouseholdPatch, HouseholdPhoto } from '../types'

export const householdKeys = {
  all: ['households'] as const,
  list: ['households', 'list'] as const,
  detail: (id: string) => ['households', 'detail', id] as const,
  picture: (id: string, photoId: string) => ['household-pictures', id, photoId] as const,
}

/** The households of the caller's scope. */
export function useHouseholds(limit = 20) {
  return usePagedQuery(householdKeys.list, (cursor) =>
    unwrap(client.GET('/api/v1/households', { params: { query: { limit, cursor } } })),
  )
}

export function useHousehold(
  id: MaybeRefOrGetter<string>,
  enabled: MaybeRefOrGetter<boolean> = true,
) {
  return useQuery({
    queryKey: computed(() => householdKeys.detail(toValue(id))),
    queryFn: () =>
      unwrap(client.GET('/api/v1/households/{id}', { params: { path: { id: toValue(id) } } })),
    enabled: computed(() => toValue(enabled)),
  })
}

export function useCreateHousehold() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: HouseholdInput) => unwrap(client.POST('/api/v1/households', { body })),
    onSuccess: () => void queries.invalidateQueries({ queryKey: householdKeys.all }),
  })
}

/** New words need a new agreement: without it the public does not see them. */
export function useChangeHousehold(id: MaybeRefOrGetter<string>) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: HouseholdPatch) =>
      unwrap(
        client.PATCH('/api/v1/households/{id}', { params: { path: { id: toValue(id) } }, body }),
      ),
    onSuccess(household: Household) {
      queries.setQueryData(householdKeys.detail(household.id), household)
      void queries.invalidateQueries()
    },
  })
}

export function useAddHouseholdPhoto(id: MaybeRefOrGetter<string>) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ uploadId, personId }: { uploadId: string; personId: string }) =>
      unwrap(
        client.POST('/api/v1/households/{id}/photos', {
          params: { path: { id: toValue(id) } },
          body: { upload_id: uploadId, person_id: personId },
        }),
      ),
    onSuccess: () => void queries.invalidateQueries({ queryKey: householdKeys.all }),
  })
}

export function useRemoveHouseholdPhoto(id: MaybeRefOrGetter<string>) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (photoId: string) =>
      unwrap(
        client.DELETE('/api/v1/households/{id}/photos/{photo_id}', {
          params: { path: { id: toValue(id), photo_id: photoId } },
        }),
      ),
    onSuccess: () => void queries.invalidateQueries({ queryKey: householdKeys.all }),
  })
}

/** A picture that only staff may see: an address in a page carries no token, so it is fetched. */
export function useHouseholdPicture(
  householdId: MaybeRefOrGetter<string>,
  photo: MaybeRefOrGetter<Pick<HouseholdPhoto, 'id'>>,
) {
  return useQuery({
    queryKey: computed(() => householdKeys.picture(toValue(householdId), toValue(photo).id)),
    queryFn: async () =>
      (await unwrap(
        client.GET('/api/v1/households/{id}/photos/{photo_id}/{size}', {
          params: {
            path: { id: toValue(householdId), photo_id: toValue(photo).id, size: 'medium' },
          },
          parseAs: 'blob',
        }),
      )) as unknown as Blob,
  })
}
