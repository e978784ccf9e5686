// When the server is away. The worker stands at the top of the application, beside the manifest.
const manifest = document.querySelector('link[rel=manifest]')
const said = document.getElementById('away')

document.querySelector('[data-again]')?.addEventListener('click', event => {
  event.preventDefault()
  location.reload()
})

if (manifest && 'serviceWorker' in navigator) {
  // Once the page is there: it comes first.
  const register = () => navigator.serviceWorker.register(new URL('sw.js', manifest.href)).catch(() => {})
  if (document.readyState === 'complete') register()
  else window.addEventListener('load', register)
  navigator.serviceWorker.addEventListener('message', event => {
    if (event.data !== 'away') return
    said.hidden = true
    requestAnimationFrame(() => { said.hidden = false })
  })
  navigator.serviceWorker.startMessages()
  document.addEventListener('submit', () => { said.hidden = true })
}
