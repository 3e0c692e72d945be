import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { usePagedQuery } from '@/composables/usePagedQuery'
import { useSessionStore } from '@/stores/session'
import { client, unwrap } from '../client'
import type { InvitationInput } from '../types'
import type { Registration } from './session'

export const invitationKeys = {
  all: ['invitations'] as const,
  list: ['invitations', 'list'] as const,
  look: (token: string) => ['invitations', 'look', token] as const,
}

/** What an invitation offers; the token is nobody's but the invited person's, and lives in memory only. */
export function useInvitationLook(token: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => invitationKeys.look(toValue(token))),
    queryFn: () =>
      unwrap(client.POST('/api/v1/auth/invitations/look', { body: { token: toValue(token) } })),
    enabled: computed(() => toValue(token) !== ''),
  })
}

/** Makes an account with the role of the invitation, and signs in. */
export function useAcceptInvitation() {
  const session = useSessionStore()
  return useMutation({
    mutationFn: (body: Registration & { token: string }) =>
      unwrap(client.POST('/api/v1/auth/invitations/accept', { body })),
    onSuccess: (answer) => session.accept(answer),
  })
}

/** Takes the role with the account that is signed in. */
export function useAcceptInvitationAsSelf() {
  const session = useSessionStore()
  return useMutation({
    mutationFn: (token: string) =>
      unwrap(client.POST('/api/v1/me/invitations/accept', { body: { token } })),
    onSuccess: (user) => session.update(user),
  })
}

/** Invitations into the administrator's regions, newest first. */
export function useInvitations() {
  return usePagedQuery(invitationKeys.list, (cursor) =>
    unwrap(client.GET('/api/v1/admin/invitations', { params: { query: { limit: 20, cursor } } })),
  )
}

export function useInvite() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: InvitationInput) =>
      unwrap(client.POST('/api/v1/admin/invitations', { body })),
    onSuccess: () => void queries.invalidateQueries({ queryKey: invitationKeys.list }),
  })
}

export function useRevokeInvitation() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string) =>
      unwrap(client.POST('/api/v1/admin/invitations/{id}/revoke', { params: { path: { id } } })),
    onSettled: () => void queries.invalidateQueries({ queryKey: invitationKeys.list }),
  })
}
