import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { useSessionStore } from '@/stores/session'
import { client, unwrap } from '../client'
import type { User } from '../types'

export const accountKeys = {
  me: ['me'] as const,
  devices: ['me', 'devices'] as const,
}

/** Oneself, as the server knows one now; the rest of the site hears of it. */
export function useMe() {
  const session = useSessionStore()
  return useQuery({
    queryKey: accountKeys.me,
    queryFn: async () => {
      const user = await unwrap(client.GET('/api/v1/me'))
      session.update(user)
      return user
    },
    staleTime: 0,
  })
}

export function useRename() {
  return useMutation({
    mutationFn: (display_name: string) =>
      unwrap(client.PATCH('/api/v1/me', { body: { display_name } })),
    onSuccess: useTakeUser(),
  })
}

export function useSetEmail() {
  return useMutation({
    mutationFn: (body: { email: string | null; password: string }) =>
      unwrap(client.POST('/api/v1/me/email', { body })),
    onSuccess: useTakeUser(),
  })
}

/** Sends a code to the new number. */
export function useRequestPhoneChange() {
  return useMutation({
    mutationFn: (body: { phone: string; password: string }) =>
      unwrap(client.POST('/api/v1/me/phone', { body })),
  })
}

export function useChangePhone() {
  return useMutation({
    mutationFn: (code: string) =>
      unwrap(client.POST('/api/v1/me/phone/confirm', { body: { code } })),
    onSuccess: useTakeUser(),
  })
}

export function useChangePassword() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: { current: string; new: string }) =>
      unwrap(client.POST('/api/v1/me/password', { body })),
    // All other devices are signed out by it.
    onSuccess: () => void queries.invalidateQueries({ queryKey: accountKeys.devices }),
  })
}

export function useDevices() {
  return useQuery({
    queryKey: accountKeys.devices,
    queryFn: async () => (await unwrap(client.GET('/api/v1/me/sessions'))).data,
    staleTime: 0,
  })
}

export function useEndDevice() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string) =>
      unwrap(client.DELETE('/api/v1/me/sessions/{id}', { params: { path: { id } } })),
    onSettled: () => void queries.invalidateQueries({ queryKey: accountKeys.devices }),
  })
}

export function useEndOtherDevices() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => unwrap(client.POST('/api/v1/me/sessions/end-others')),
    onSettled: () => void queries.invalidateQueries({ queryKey: accountKeys.devices }),
  })
}

/** The password once more and, where there is a second factor already, a code of it. */
export interface Proof {
  password: string
  totp?: string
}

export function useBeginTotp() {
  return useMutation({
    mutationFn: (body: Proof) => unwrap(client.POST('/api/v1/me/totp', { body })),
  })
}

export function useConfirmTotp() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (code: string) =>
      unwrap(client.POST('/api/v1/me/totp/confirm', { body: { code } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: accountKeys.me }),
  })
}

export function useRenewRecoveryCodes() {
  return useMutation({
    mutationFn: ({ password, totp = '' }: Proof) =>
      unwrap(client.POST('/api/v1/me/totp/recovery-codes', { body: { password, totp } })),
  })
}

function useTakeUser() {
  const session = useSessionStore()
  return (user: User) => session.update(user)
}
