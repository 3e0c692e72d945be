import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import type { components } from '../schema'
import { client, unwrap } from '../client'
import { orderKeys } from './orders'

type Schemas = components['schemas']
export type ChangeAnswer = Schemas['AnswerIn']['answer']
export type ChangeInput = Schemas['ChangeIn']
export type OrderChange = Schemas['OrderChange']

const changesKey = (id: string) => [...orderKeys.detail(id), 'changes'] as const

/** What the buyer of an order was asked to change, the newest first. */
export function useChanges(id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => changesKey(toValue(id))),
    queryFn: () =>
      unwrap(client.GET('/api/v1/orders/{id}/changes', { params: { path: { id: toValue(id) } } })),
  })
}

export function useProposeChange() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ id, ...body }: ChangeInput & { id: string }) =>
      unwrap(client.POST('/api/v1/orders/{id}/changes', { params: { path: { id } }, body })),
    onSuccess: (changes, { id }) => queries.setQueryData(changesKey(id), changes),
  })
}

export function useAnswerChange() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ id, ...body }: { id: string; change_id: string; answer: ChangeAnswer }) =>
      unwrap(client.POST('/api/v1/orders/{id}/changes/answer', { params: { path: { id } }, body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: orderKeys.all }),
  })
}
