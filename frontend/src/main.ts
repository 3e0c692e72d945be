import { VueQueryPlugin } from '@tanstack/vue-query'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { createQueryClient } from './api/query-client'
import { i18n } from './locales'
import { createAppRouter } from './router'
import { followHelping, leaveHelping } from './router/helping'
import { followSession, leadToSecondFactor } from './router/session'
import { usePrefsStore } from './stores/prefs'
import './styles/tokens.css'
import './styles/base.css'
import './styles/layout.css'
import './styles/print.css'

async function start(): Promise<void> {
  const app = createApp(App)
  app.use(createPinia())
  app.use(i18n)

  const prefs = usePrefsStore()
  await prefs.setLocale(prefs.locale)

  const router = createAppRouter()
  const queryClient = createQueryClient((error) => {
    leadToSecondFactor(router, error)
    leaveHelping(router, error)
  })
  followSession(router, queryClient)
  followHelping(router, queryClient)
  app.use(VueQueryPlugin, { queryClient })
  app.use(router)
  await router.isReady()
  app.mount('#app')
}

void start()
