import { afterEach, beforeEach, vi } from 'vitest'
import { setToken, watchSession } from '../../src/api/token'

beforeEach(() => {
  localStorage.clear()
  sessionStorage.clear()
})

afterEach(() => {
  vi.unstubAllGlobals()
  setToken(null)
  watchSession(() => {})
})
