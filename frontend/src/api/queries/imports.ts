import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { usePagedQuery } from '@/composables/usePagedQuery'
import { client, unwrap } from '../client'
import { attemptKey, finishAttempt } from '../idempotency'
import { fileForm } from '../multipart'
import type { Import, ImportKind } from '../types'

export const importKeys = {
  all: ['imports'] as const,
  tables: ['imports', 'tables'] as const,
  list: ['imports', 'list'] as const,
  detail: (id: string) => ['imports', 'detail', id] as const,
  findings: (id: string, state: string) => ['imports', 'findings', id, state] as const,
}

/** How often a running import is asked how far it is. */
const PAUSE_MS = 1000

export function isRunning(state: Import['state']): boolean {
  return state === 'checking' || state === 'committing'
}

/** What the tables look like, in the language of the page. */
export function useImportTables() {
  return useQuery({
    queryKey: importKeys.tables,
    queryFn: () => unwrap(client.GET('/api/v1/import-templates')),
  })
}

export function useImports() {
  return usePagedQuery(importKeys.list, (cursor) =>
    unwrap(client.GET('/api/v1/imports', { params: { query: { cursor } } })),
  )
}

export function useImport(id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => importKeys.detail(toValue(id))),
    queryFn: () =>
      unwrap(client.GET('/api/v1/imports/{id}', { params: { path: { id: toValue(id) } } })),
    staleTime: 0,
    refetchInterval: (query) =>
      query.state.data && isRunning(query.state.data.state) ? PAUSE_MS : false,
  })
}

/** What was found; asked anew whenever the import has moved on. */
export function useFindings(id: MaybeRefOrGetter<string>, state: MaybeRefOrGetter<string>) {
  return usePagedQuery(
    computed(() => importKeys.findings(toValue(id), toValue(state))),
    (cursor) =>
      unwrap(
        client.GET('/api/v1/imports/{id}/findings', {
          params: { path: { id: toValue(id) }, query: { limit: 50, cursor } },
        }),
      ),
  )
}

export function useBeginImport() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ kind, file }: { kind: ImportKind; file: File }) =>
      unwrap(
        client.POST('/api/v1/imports', {
          body: { kind, file: '' },
          bodySerializer: fileForm(file, file.name, { kind }),
        }),
      ),
    onSuccess: () => void queries.invalidateQueries({ queryKey: importKeys.list }),
  })
}

export function useImportStep(id: MaybeRefOrGetter<string>) {
  const queries = useQueryClient()
  const settle = (done: Import) => {
    queries.setQueryData(importKeys.detail(done.id), done)
    void queries.invalidateQueries({ queryKey: importKeys.list })
  }
  const path = () => ({ id: toValue(id) })
  const commit = useMutation({
    mutationFn: async () => {
      const purpose = `import.${toValue(id)}`
      const key = attemptKey(purpose, {})
      const done = await unwrap(
        client.POST('/api/v1/imports/{id}/commit', {
          params: { path: path(), header: { 'Idempotency-Key': key } },
        }),
      )
      finishAttempt(purpose)
      return done
    },
    onSuccess: settle,
  })
  const cancel = useMutation({
    mutationFn: () =>
      unwrap(client.POST('/api/v1/imports/{id}/cancel', { params: { path: path() } })),
    onSuccess: settle,
  })
  return { commit, cancel }
}

/** A table to fill in, or the findings of an import, as files. */
export function useImportFile() {
  return useMutation({
    mutationFn: async (wanted: { table: string } | { findings: string }): Promise<Blob> => {
      // The document describes the content; with `parseAs` the client gives the file.
      const file =
        'table' in wanted
          ? client.GET('/api/v1/import-templates/{file}', {
              params: { path: { file: wanted.table } },
              parseAs: 'blob',
            })
          : client.GET('/api/v1/imports/{id}/findings.csv', {
              params: { path: { id: wanted.findings } },
              parseAs: 'blob',
            })
      return (await unwrap(file as never)) as unknown as Blob
    },
  })
}
