import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import type { Plugin } from 'vite'

const TEXT_ASSET = /\.(js|css|html|svg|json|txt|webmanifest)$/
const SMALLEST_BYTES = 1024

/** Writes `<asset>.br` beside every text asset, so that the server never compresses at run time. */
export function brotli(): Plugin {
  let outDir = ''
  return {
    name: 'yuanshan:brotli',
    apply: 'build',
    configResolved(config) {
      outDir = config.build.outDir
    },
    closeBundle() {
      for (const entry of readdirSync(outDir, { recursive: true, encoding: 'utf8' })) {
        const file = join(outDir, entry)
        if (!TEXT_ASSET.test(file) || statSync(file).size <= SMALLEST_BYTES) continue
        const params = { [constants.BROTLI_PARAM_QUALITY]: 11 }
        writeFileSync(`${file}.br`, brotliCompressSync(readFileSync(file), { params }))
      }
    },
  }
}
