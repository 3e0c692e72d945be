import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { usePagedQuery } from '@/composables/usePagedQuery'
import { client, unwrap } from '../client'
import { attemptKey, finishAttempt } from '../idempotency'
import type {
  Listing,
  ProducingUnitInput,
  StockInput,
  SurveyInput,
  Template,
  UnitEventInput,
} from '../types'
import { listingKeys } from './listings'

export const productionKeys = {
  surveys: (householdId: string) => ['production', householdId, 'surveys'] as const,
  capacities: (householdId: string) => ['production', householdId, 'capacities'] as const,
  units: (householdId: string) => ['production', householdId, 'units'] as const,
  unit: (id: string) => ['production', 'unit', id] as const,
  templates: ['production', 'templates'] as const,
}

/** Templates of which a survey counts something. */
export function useSurveyedTemplates() {
  return useQuery({
    queryKey: productionKeys.templates,
    queryFn: async () => {
      const page = await unwrap(
        client.GET('/api/v1/templates', { params: { query: { limit: 100 } } }),
      )
      return page.data.filter((template: Template) => template.capacity_unit)
    },
  })
}

export function useSurveys(householdId: MaybeRefOrGetter<string>) {
  return usePagedQuery(
    () => productionKeys.surveys(toValue(householdId)),
    (cursor) =>
      unwrap(
        client.GET('/api/v1/households/{id}/surveys', {
          params: { path: { id: toValue(householdId) }, query: { limit: 20, cursor } },
        }),
      ),
  )
}

/** What a household may promise, and has promised. */
export function useCapacities(
  householdId: MaybeRefOrGetter<string>,
  enabled: MaybeRefOrGetter<boolean> = true,
) {
  return useQuery({
    queryKey: computed(() => productionKeys.capacities(toValue(householdId))),
    queryFn: async () =>
      (
        await unwrap(
          client.GET('/api/v1/households/{id}/capacities', {
            params: { path: { id: toValue(householdId) } },
          }),
        )
      ).data,
    enabled: computed(() => toValue(enabled)),
  })
}

/** A survey may take goods off sale, so listings are asked for anew. */
export function useTakeSurvey(householdId: MaybeRefOrGetter<string>) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: SurveyInput) =>
      unwrap(
        client.POST('/api/v1/households/{id}/surveys', {
          params: { path: { id: toValue(householdId) } },
          body,
        }),
      ),
    onSuccess() {
      void queries.invalidateQueries({ queryKey: ['production', toValue(householdId)] })
      void queries.invalidateQueries({ queryKey: listingKeys.all })
    },
  })
}

export function useProducingUnits(householdId: MaybeRefOrGetter<string>) {
  return usePagedQuery(
    () => productionKeys.units(toValue(householdId)),
    (cursor) =>
      unwrap(
        client.GET('/api/v1/households/{id}/producing-units', {
          params: { path: { id: toValue(householdId) }, query: { limit: 20, cursor } },
        }),
      ),
  )
}

export function useProducingUnit(id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => productionKeys.unit(toValue(id))),
    queryFn: () =>
      unwrap(
        client.GET('/api/v1/producing-units/{id}', {
          params: { path: { id: toValue(id) }, query: { limit: 100 } },
        }),
      ),
  })
}

export function useAddProducingUnit(householdId: MaybeRefOrGetter<string>) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: ProducingUnitInput) =>
      unwrap(
        client.POST('/api/v1/households/{id}/producing-units', {
          params: { path: { id: toValue(householdId) } },
          body,
        }),
      ),
    onSuccess: () =>
      void queries.invalidateQueries({ queryKey: productionKeys.units(toValue(householdId)) }),
  })
}

export function useAddUnitEvent(id: MaybeRefOrGetter<string>) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: UnitEventInput) =>
      unwrap(
        client.POST('/api/v1/producing-units/{id}/events', {
          params: { path: { id: toValue(id) } },
          body,
        }),
      ),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['production'] }),
  })
}

/** Sent again after a broken line it is carried out once. */
export function useSetStock(id: MaybeRefOrGetter<string>) {
  const queries = useQueryClient()
  const purpose = () => `stock.${toValue(id)}`
  return useMutation({
    mutationFn: (body: StockInput) =>
      unwrap(
        client.POST('/api/v1/listings/{id}/stock', {
          params: {
            path: { id: toValue(id) },
            header: { 'Idempotency-Key': attemptKey(purpose(), body) },
          },
          body,
        }),
      ),
    onSuccess(listing: Listing) {
      finishAttempt(purpose())
      queries.setQueryData(listingKeys.detail(listing.id), listing)
      void queries.invalidateQueries({ queryKey: listingKeys.all })
      void queries.invalidateQueries({ queryKey: ['production'] })
    },
  })
}
