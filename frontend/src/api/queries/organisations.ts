import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { usePagedQuery } from '@/composables/usePagedQuery'
import { client, unwrap } from '../client'
import { attemptKey, finishAttempt } from '../idempotency'
import type {
  OrganisationContractInput,
  OrganisationContractState,
  OrganisationInput,
  OrganisationRole,
} from '../types'
import { checkoutKeys } from './checkouts'

const organisationKeys = {
  all: ['organisations'] as const,
  own: ['organisations', 'own'] as const,
  detail: (id: string) => ['organisations', 'detail', id] as const,
  members: (id: string) => ['organisations', 'members', id] as const,
  orders: (id: string) => ['organisations', 'orders', id] as const,
  contracts: (state: string | undefined) => ['organisations', 'contracts', state ?? 'all'] as const,
  invoices: (unpaid: boolean) => ['organisations', 'invoices', unpaid] as const,
}

/** The units for which one orders, those that ask, and whether one wants to be left alone. */
export function useOwnOrganisations(enabled: MaybeRefOrGetter<boolean> = true) {
  return useQuery({
    queryKey: organisationKeys.own,
    queryFn: () => unwrap(client.GET('/api/v1/me/organisations')),
    enabled: computed(() => toValue(enabled)),
    staleTime: 0,
  })
}

export function useOrganisation(id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => organisationKeys.detail(toValue(id))),
    queryFn: () =>
      unwrap(client.GET('/api/v1/organisations/{id}', { params: { path: { id: toValue(id) } } })),
  })
}

export function useOrganisationMembers(id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => organisationKeys.members(toValue(id))),
    queryFn: async () => {
      const path = { id: toValue(id) }
      return (await unwrap(client.GET('/api/v1/organisations/{id}/members', { params: { path } })))
        .data
    },
  })
}

export function useOrganisationOrders(id: MaybeRefOrGetter<string>) {
  return usePagedQuery(
    () => organisationKeys.orders(toValue(id)),
    (cursor) =>
      unwrap(
        client.GET('/api/v1/organisations/{id}/orders', {
          params: { path: { id: toValue(id) }, query: { cursor } },
        }),
      ),
  )
}

export function useRegisterOrganisation() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: (body: OrganisationInput) => unwrap(client.POST('/api/v1/organisations', { body })),
    onSuccess: refresh,
  })
}

export function useInviteMember(id: MaybeRefOrGetter<string>) {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: (body: { phone: string; role: OrganisationRole }) =>
      unwrap(
        client.POST('/api/v1/organisations/{id}/members', {
          params: { path: { id: toValue(id) } },
          body,
        }),
      ),
    onSuccess: refresh,
  })
}

export function useAnswerInvitation() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: ({ id, yes }: { id: string; yes: boolean }) => {
      const params = { path: { id } }
      return unwrap(
        yes
          ? client.POST('/api/v1/organisation-members/{id}/accept', { params })
          : client.POST('/api/v1/organisation-members/{id}/end', { params }),
      )
    },
    onSettled: refresh,
  })
}

export function useLeaveAlone() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: (wanted: boolean) =>
      unwrap(client.PUT('/api/v1/me/left-alone', { body: { wanted } })),
    onSuccess: refresh,
  })
}

export function useRequestContract(id: MaybeRefOrGetter<string>) {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: (body: OrganisationContractInput) =>
      unwrap(
        client.POST('/api/v1/organisations/{id}/contracts', {
          params: { path: { id: toValue(id) } },
          body,
        }),
      ),
    onSuccess: refresh,
  })
}

/** Goods now, money after acceptance, as the contract with the county says. */
export function useOrderOnTerms() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (checkoutId: string) =>
      unwrap(
        client.POST('/api/v1/checkouts/{id}/order-on-terms', {
          params: {
            path: { id: checkoutId },
            header: { 'Idempotency-Key': attemptKey(`terms.${checkoutId}`, null) },
          },
        }),
      ),
    onSuccess(_checkout, checkoutId) {
      finishAttempt(`terms.${checkoutId}`)
      void queries.invalidateQueries({ queryKey: checkoutKeys.detail(checkoutId) })
      void queries.invalidateQueries({ queryKey: organisationKeys.all })
    },
  })
}

/** At the county's desk. */
export function useContracts(state: MaybeRefOrGetter<OrganisationContractState | undefined>) {
  return usePagedQuery(
    () => organisationKeys.contracts(toValue(state)),
    (cursor) =>
      unwrap(
        client.GET('/api/v1/organisation-contracts', {
          params: { query: { state: toValue(state), cursor } },
        }),
      ),
  )
}

export function useInvoices(unpaid: MaybeRefOrGetter<boolean>) {
  return usePagedQuery(
    () => organisationKeys.invoices(toValue(unpaid)),
    (cursor) =>
      unwrap(
        client.GET('/api/v1/invoices', { params: { query: { unpaid: toValue(unpaid), cursor } } }),
      ),
  )
}

export function useApproveContract() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: ({ id, limit_fen }: { id: string; limit_fen: number }) =>
      unwrap(
        client.POST('/api/v1/organisation-contracts/{id}/approve', {
          params: { path: { id } },
          body: { limit_fen },
        }),
      ),
    onSuccess: refresh,
  })
}

export function useEndContract() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: ({ id, reason, step }: { id: string; reason: string; step: 'decline' | 'end' }) => {
      const request = { params: { path: { id } }, body: { reason } }
      return unwrap(
        step === 'decline'
          ? client.POST('/api/v1/organisation-contracts/{id}/decline', request)
          : client.POST('/api/v1/organisation-contracts/{id}/end', request),
      )
    },
    onSuccess: refresh,
  })
}

function useRefresh() {
  const queries = useQueryClient()
  return () => void queries.invalidateQueries({ queryKey: organisationKeys.all })
}
