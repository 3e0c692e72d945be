import { VueQueryPlugin } from '@tanstack/vue-query'
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import type { Component } from 'vue'
import { createMemoryHistory } from 'vue-router'
import { createQueryClient } from '../../src/api/query-client'
import { i18n, loadLocale, wantMessages } from '../../src/locales'
import { createAppRouter } from '../../src/router'

const PARTS = ['account', 'goods', 'pages', 'buying', 'staff'] as const

interface Surroundings {
  props?: Record<string, unknown>
  path?: string
}

/** Mounts a component as the application would: with its router, stores, queries and messages. */
export async function render(component: Component, { props = {}, path = '/' }: Surroundings = {}) {
  await loadLocale('zh-CN')
  for (const part of PARTS) await wantMessages(part)
  const pinia = createPinia()
  setActivePinia(pinia)
  const queryClient = createQueryClient()
  queryClient.setDefaultOptions({ queries: { retry: false } })
  const router = createAppRouter(createMemoryHistory())
  await router.push(path)
  const wrapper = mount(component, {
    props,
    attachTo: document.body,
    global: { plugins: [pinia, i18n, router, [VueQueryPlugin, { queryClient }]] },
  })
  await flushPromises()
  return { wrapper, router }
}
