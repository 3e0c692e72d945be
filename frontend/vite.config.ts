import { fileURLToPath } from 'node:url'
import vueI18n from '@intlify/unplugin-vue-i18n/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import { brotli } from './build/brotli.ts'
import { deskWorker } from './build/desk-worker.ts'
import { ofFirstVisit } from './build/first-visit.ts'

const fromRoot = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const OURS = /\/src\/(?!locales|pages)/
const SERVER = 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [
    vue(),
    // Messages are compiled at build time: the runtime-only vue-i18n needs no eval, which the CSP forbids.
    vueI18n({
      include: fromRoot('./src/locales/*.json'),
      runtimeOnly: true,
      dropMessageCompiler: true,
      compositionOnly: true,
      fullInstall: false,
    }),
    deskWorker(),
    brotli(),
  ],
  // Neither our components nor Element Plus's use the options API.
  define: { __VUE_OPTIONS_API__: false },
  resolve: { alias: { '@': fromRoot('./src') } },
  server: { proxy: { '/api': SERVER, '/go': SERVER } },
  build: {
    // The oldest that know <dialog> and aspect-ratio; WeChat's own engine is newer.
    target: ['chrome88', 'safari15.4'],
    manifest: true,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 800,
    rolldownOptions: {
      output: {
        // The entry lists every file: without names it is half a KiB shorter. The manifest knows them.
        chunkFileNames: 'assets/[hash].js',
        assetFileNames: 'assets/[hash][extname]',
        codeSplitting: {
          // `core` holds only libraries without style sheets: grouping ones with CSS would reorder their rules.
          groups: [
            {
              name: 'core',
              test: /node_modules\/(@vue|vue|vue-router|pinia|@tanstack|vue-i18n|@intlify|openapi-fetch)\//,
              priority: 3,
            },
            // What most pages use travels once, instead of as a hundred files of a few hundred bytes.
            // The list does not fetch the forms and dialogs for it.
            { name: ofFirstVisit(fromRoot), test: OURS, minShareCount: 8, priority: 2 },
            { name: 'shared', test: OURS, minShareCount: 8, priority: 1 },
          ],
        },
      },
    },
  },
  test: {
    environment: 'happy-dom',
    include: ['tests/**/*.test.ts'],
    reporters: ['default', fromRoot('./tests/support/count-reporter.ts')],
    setupFiles: [fromRoot('./tests/support/setup.ts')],
  },
})
