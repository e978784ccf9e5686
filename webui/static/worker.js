// Shows the empty form while the server is away. `kept` stands above: see webui/pages/shell.py.
// It stores that page and the files it needs, asked for without cookies, and nothing else ever.
addEventListener('install', event => {
  const needed = [kept.page, ...kept.files].map(url => new Request(url, { credentials: 'omit' }))
  event.waitUntil(caches.open(kept.name).then(cache => cache.addAll(needed)).then(() => skipWaiting()))
})

addEventListener('activate', event => {
  const older = caches.keys().then(names => Promise.all(
    names.filter(name => name.startsWith('repair-planner-') && name !== kept.name).map(name => caches.delete(name))
  ))
  event.waitUntil(Promise.all([older, clients.claim(), registration.navigationPreload?.enable()]))
})

const stored = url => caches.open(kept.name).then(cache => cache.match(url, { ignoreVary: true }))

// A proxy in front says with these that nobody stands behind it; 503 is an answer of our own.
async function answered (asked) {
  const answer = await asked
  if (answer.status === 502 || answer.status === 504) throw new Error('away')
  return answer
}

async function visit (event) {
  try {
    return await answered(await event.preloadResponse || fetch(event.request))
  } catch {
    return await stored(kept.page) || Response.error()
  }
}

// A form that cannot be sent: "no content" leaves the page as it is, with everything typed in it.
async function send (event) {
  try {
    return await answered(fetch(event.request))
  } catch {
    const page = await clients.get(event.clientId)
    page?.postMessage('away')
    return new Response(null, { status: 204 })
  }
}

addEventListener('fetch', event => {
  const { method, mode, url } = event.request
  if (mode === 'navigate') event.respondWith(method === 'GET' ? visit(event) : send(event))
  else if (method === 'GET' && kept.files.includes(new URL(url).pathname)) {
    event.respondWith(stored(url).then(found => found || fetch(event.request)))
  }
})
