// Fails when src/api/schema.d.ts is not what openapi-typescript makes of openapi.json.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'yuanshan-types-'))
const fresh = join(folder, 'schema.d.ts')

try {
  execFileSync('npx', ['openapi-typescript', 'openapi.json', '-o', fresh], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const committed = readFileSync(join(root, 'src/api/schema.d.ts'), 'utf8')
  if (readFileSync(fresh, 'utf8') === committed) {
    console.log('src/api/schema.d.ts is fresh')
  } else {
    console.error('src/api/schema.d.ts is stale: run `npm run types` and commit the result')
    process.exitCode = 1
  }
} finally {
  rmSync(folder, { recursive: true })
}
