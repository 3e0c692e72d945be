import { useMutation } from '@tanstack/vue-query'
import { useSessionStore } from '@/stores/session'
import { client, unwrap } from '../client'

export interface Credentials {
  phone: string
  password: string
  /** Six digits of the authenticator app, or a recovery code. */
  totp?: string
}

export interface Registration {
  phone: string
  password: string
  display_name: string
}

export interface PasswordReset {
  phone: string
  code: string
  password: string
}

export function useLogin() {
  const session = useSessionStore()
  return useMutation({
    mutationFn: (body: Credentials) => unwrap(client.POST('/api/v1/auth/login', { body })),
    onSuccess: (answer) => session.accept(answer),
  })
}

export function useRegister() {
  const session = useSessionStore()
  return useMutation({
    mutationFn: (body: Registration) => unwrap(client.POST('/api/v1/auth/register', { body })),
    onSuccess: (answer) => session.accept(answer),
  })
}

export function useLogout() {
  const session = useSessionStore()
  return useMutation({
    mutationFn: () => unwrap(client.POST('/api/v1/auth/logout')),
    // Leaving must work even when the server does not answer: this device forgets either way.
    onSettled: () => session.clear(),
  })
}

/** Asks for a code to the number; the answer does not tell whether it has an account. */
export function useRequestReset() {
  return useMutation({
    mutationFn: (phone: string) => unwrap(client.POST('/api/v1/auth/reset', { body: { phone } })),
  })
}

export function useResetPassword() {
  return useMutation({
    mutationFn: (body: PasswordReset) =>
      unwrap(client.POST('/api/v1/auth/reset/confirm', { body })),
  })
}
