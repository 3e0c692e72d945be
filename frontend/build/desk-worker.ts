import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin, Rolldown } from 'vite'

type Chunk = Rolldown.OutputChunk & { viteMetadata?: { importedCss: Set<string> } }

/** What the listing pages of the desk need, beside what every page does. Everything else stays out. */
const KEPT = [
  /src\/main\.ts$|\/index\.html$/,
  /src\/pages\/desk\/(DeskLayout|DeskPage|DeskListingNewPage|DeskListingEditPage|DeskDraftsPage|DeskDraftPage|DeskIntakePage)\.vue$/,
  /src\/pages\/desk\/pages\.ts$/,
  /src\/drafts\/recall\.ts$/,
  /src\/locales\/(zh-CN|en)(\.(staff|account|goods|pages|buying))?\.json$/,
]

/** Writes `desk-worker.js` with the names of exactly those files, and a version made of their content. */
export function deskWorker(): Plugin {
  return {
    name: 'yuanshan:desk-worker',
    apply: 'build',
    generateBundle: {
      // After the page itself has been made.
      order: 'post',
      handler(_, bundle) {
        const chunks = Object.values(bundle).filter((file): file is Chunk => file.type === 'chunk')
        const files = filesOf(chunks).sort()
        const page = bundle['index.html']
        const shell = page?.type === 'asset' ? page.source : ''
        const version = createHash('sha256').update(files.join()).update(shell).digest('hex')
        const text = workerOf(
          version.slice(0, 16),
          files.map((file) => `/${file}`),
        )
        this.emitFile({ type: 'asset', fileName: 'desk-worker.js', source: text })
      },
    },
  }
}

/** The worker's source with its version and the files that it keeps. */
export function workerOf(version: string, files: readonly string[]): string {
  return readFileSync(join(import.meta.dirname, 'desk-worker.js'), 'utf8')
    .replace(/^\/\* global.*\n/, '')
    .replace('__VERSION__', JSON.stringify(version))
    .replace('__FILES__', JSON.stringify(files))
}

/** The chunks of the kept pages with everything that they import, and their style sheets. */
export function filesOf(chunks: readonly Chunk[], kept: readonly RegExp[] = KEPT): string[] {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]))
  const files = new Set<string>()
  const visit = (chunk: Chunk | undefined) => {
    if (!chunk || files.has(chunk.fileName)) return
    files.add(chunk.fileName)
    for (const style of chunk.viteMetadata?.importedCss ?? []) files.add(style)
    for (const imported of chunk.imports) visit(byName.get(imported))
  }
  for (const pattern of kept) {
    const found = chunks.filter((chunk) => isOf(chunk, pattern))
    if (found.length === 0) throw new Error(`no chunk of the desk's worker matches ${pattern}`)
    found.forEach(visit)
  }
  return [...files]
}

function isOf(chunk: Chunk, pattern: RegExp): boolean {
  return pattern.test((chunk.facadeModuleId ?? '').split('?')[0] ?? '')
}
