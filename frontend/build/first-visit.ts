import type { Rolldown } from 'vite'

type Chunking = Parameters<Rolldown.CodeSplittingNameFunction>[1]

/** Where most visits begin. */
const FIRST = ['src/main.ts', 'src/pages/shop/ListingsPage.vue']

/** Names the chunk of what a first visit to the goods list needs, and of nothing else. */
export function ofFirstVisit(fromRoot: (path: string) => string) {
  let needed: Set<string> | undefined
  return (id: string, graph: Chunking): string | null => {
    needed ??= reachable(FIRST.map(fromRoot), graph)
    return needed.has(id) ? 'first' : null
  }
}

function reachable(from: readonly string[], graph: Chunking): Set<string> {
  const seen = new Set<string>()
  const open = [...from]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue
    seen.add(id)
    open.push(...(graph.getModuleInfo(id)?.importedIds ?? []))
  }
  return seen
}
