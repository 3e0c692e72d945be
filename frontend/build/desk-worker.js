/* global __VERSION__, __FILES__ */
// The desk's pages for listings, kept on the phone for when there is no network. Files of the site alone:
// an answer of the API is never kept. Written whole at each build; see build/desk-worker.ts.
const CACHE = `yuanshan-desk-${__VERSION__}`
const PAGE = '/index.html'
const FILES = new Set(__FILES__)
const PATIENCE_MS = 4000

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll([new Request(PAGE, { cache: 'reload' }), ...FILES])),
  )
})

// Reached once no page of the version before is open: its files can go.
self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => names.filter((name) => name.startsWith('yuanshan-desk-') && name !== CACHE))
      .then((old) => Promise.all(old.map((name) => caches.delete(name)))),
  )
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  if (request.method !== 'GET') return
  if (request.mode === 'navigate') event.respondWith(page(request))
  else if (FILES.has(new URL(request.url).pathname)) event.respondWith(file(request))
})

/** The server's page while it answers, so that no old site stays; the kept one if it is silent or ill. */
async function page(request) {
  const kept = () => caches.match(PAGE, { cacheName: CACHE })
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))
  const fresh = fetch(request).then((response) => (response.status < 500 ? response : undefined))
  const first = await Promise.race([fresh, late]).catch(() => undefined)
  return first ?? (await kept()) ?? fetch(request)
}

/** The name carries a hash of the content: what is kept under it is what the server has. */
async function file(request) {
  return (await caches.match(request.url, { cacheName: CACHE })) ?? fetch(request)
}
