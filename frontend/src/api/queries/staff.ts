import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { usePagedQuery } from '@/composables/usePagedQuery'
import { client, unwrap } from '../client'
import type { NewGrant, Role } from '../types'

export interface StaffFilter {
  q?: string
  role?: Role
  region?: string
}

export const staffKeys = {
  all: ['staff'] as const,
  list: (filter: StaffFilter) => ['staff', 'list', filter] as const,
  detail: (id: string) => ['staff', 'detail', id] as const,
}

/** People who hold, or held, a role in the administrator's regions. */
export function useStaffList(filter: MaybeRefOrGetter<StaffFilter>) {
  return usePagedQuery(
    () => staffKeys.list(toValue(filter)),
    (cursor) =>
      unwrap(
        client.GET('/api/v1/admin/users', {
          params: { query: { ...toValue(filter), limit: 20, cursor } },
        }),
      ),
  )
}

export function useStaffMember(id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => staffKeys.detail(toValue(id))),
    queryFn: () =>
      unwrap(client.GET('/api/v1/admin/users/{id}', { params: { path: { id: toValue(id) } } })),
  })
}

/** By the whole number, which stands in no address. */
export function useFindStaff() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (phone: string) =>
      unwrap(client.POST('/api/v1/admin/users/find', { body: { phone } })),
    onSuccess: (staff) => queries.setQueryData(staffKeys.detail(staff.id), staff),
  })
}

export function useGiveGrant(id: MaybeRefOrGetter<string>) {
  const refresh = useStaffRefresh()
  return useMutation({
    mutationFn: (body: NewGrant) =>
      unwrap(
        client.POST('/api/v1/admin/users/{id}/grants', {
          params: { path: { id: toValue(id) } },
          body,
        }),
      ),
    onSuccess: refresh,
  })
}

export function useRevokeGrant() {
  const refresh = useStaffRefresh()
  return useMutation({
    mutationFn: ({ id, reason }: { id: string; reason: string }) =>
      unwrap(
        client.POST('/api/v1/admin/grants/{id}/revoke', {
          params: { path: { id } },
          body: { reason },
        }),
      ),
    onSuccess: refresh,
  })
}

/** What an administrator does to somebody's access, with a reason. */
export type StaffVerb = 'reset-totp' | 'end-sessions'

export function useStaffVerb(id: MaybeRefOrGetter<string>) {
  const refresh = useStaffRefresh()
  return useMutation({
    mutationFn: ({ verb, reason }: { verb: StaffVerb; reason: string }) =>
      unwrap(
        client.POST(`/api/v1/admin/users/{id}/${verb}`, {
          params: { path: { id: toValue(id) } },
          body: { reason },
        }),
      ),
    onSuccess: refresh,
  })
}

/** Number and mail address in full; the person reads who asked, and why. */
export function useUnmaskStaff(id: MaybeRefOrGetter<string>) {
  return useMutation({
    mutationFn: (reason: string) =>
      unwrap(
        client.POST('/api/v1/admin/users/{id}/unmask', {
          params: { path: { id: toValue(id) } },
          body: { reason },
        }),
      ),
  })
}

function useStaffRefresh() {
  const queries = useQueryClient()
  return () => void queries.invalidateQueries({ queryKey: staffKeys.all })
}
