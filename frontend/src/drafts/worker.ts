/**
 * The desk opens without a network; no other page has a worker. It keeps files of the site alone, never an
 * answer of the API, and asks the network first: what it keeps is for when there is none.
 */
export function registerDeskWorker(): void {
  if (!import.meta.env.PROD || !navigator.serviceWorker) return
  const options = { scope: '/desk', updateViaCache: 'none' } as const
  navigator.serviceWorker.register('/desk-worker.js', options).catch(() => {
    // Without it, the drafts still work as long as the page stays open.
  })
}
