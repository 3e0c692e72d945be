import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { client, unwrap } from '../client'

export const helperKeys = {
  helpers: ['helpers', 'mine'] as const,
  elders: ['helpers', 'elders'] as const,
}

/** Who helps oneself, has helped, and was asked. */
export function useHelpers() {
  return useQuery({
    queryKey: helperKeys.helpers,
    queryFn: async () => (await unwrap(client.GET('/api/v1/me/helpers'))).data,
    staleTime: 0,
  })
}

/** The answer holds the six digits, this once. */
export function useInviteHelper() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: { phone: string; relation?: string }) =>
      unwrap(client.POST('/api/v1/me/helpers', { body })),
    onSuccess: () => void queries.invalidateQueries({ queryKey: helperKeys.helpers }),
  })
}

export function useEndHelper() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string) =>
      unwrap(client.POST('/api/v1/me/helpers/{id}/end', { params: { path: { id } } })),
    onSettled: () => void queries.invalidateQueries({ queryKey: helperKeys.helpers }),
  })
}

/** Whom one helps, and whether somebody has digits to read out. */
export function useElders() {
  return useQuery({
    queryKey: helperKeys.elders,
    queryFn: () => unwrap(client.GET('/api/v1/me/elders')),
    staleTime: 0,
  })
}

export function useAcceptElder() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (code: string) =>
      unwrap(client.POST('/api/v1/me/elders/accept', { body: { code } })),
    onSettled: () => void queries.invalidateQueries({ queryKey: helperKeys.elders }),
  })
}

export function useEndElder() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string) =>
      unwrap(client.POST('/api/v1/me/elders/{id}/end', { params: { path: { id } } })),
    onSettled: () => void queries.invalidateQueries({ queryKey: helperKeys.elders }),
  })
}
