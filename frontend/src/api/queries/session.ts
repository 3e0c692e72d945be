import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { useSessionStore } from '@/stores/session'
import { client, unwrap } from '../client'

export interface Credentials {
  phone: string
  password: string
}

export interface Registration extends Credentials {
  display_name: string
}

export function useLogin() {
  const session = useSessionStore()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: Credentials) => unwrap(client.POST('/api/v1/auth/login', { body })),
    onSuccess(answer) {
      queries.clear()
      session.accept(answer)
    },
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
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => unwrap(client.POST('/api/v1/auth/logout')),
    // Leaving must work even when the server does not answer: this device forgets either way.
    onSettled() {
      session.clear()
      queries.clear()
    },
  })
}
