// The page works without this file; it only makes a few things easier.
import { initAll } from './govuk/govuk-frontend.js'

document.body.classList.add('js-enabled')
if ('noModule' in HTMLScriptElement.prototype) document.body.classList.add('govuk-frontend-supported')
initAll()

// A live region of its own, so that "Copied" is heard as well as seen.
const spoken = document.createElement('p')
spoken.className = 'govuk-visually-hidden'
spoken.setAttribute('role', 'status')
document.body.append(spoken)

async function copy (text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const area = document.createElement('textarea')
    area.value = text
    document.body.append(area)
    area.select()
    const done = document.execCommand('copy')
    area.remove()
    return done
  }
}

for (const button of document.querySelectorAll('[data-copies]')) {
  button.hidden = false
  const label = button.innerHTML
  button.addEventListener('click', async () => {
    const words = document.getElementById(button.dataset.copies).textContent
    const said = await copy(words) ? 'Copied' : 'Could not copy'
    button.focus()
    button.textContent = said
    spoken.textContent = said
    setTimeout(() => { button.innerHTML = label; spoken.textContent = '' }, 2500)
  })
}

for (const button of document.querySelectorAll('[data-prints]')) {
  button.hidden = false
  button.addEventListener('click', () => window.print())
}

// Closed details would stay closed on paper.
let closed = []
window.addEventListener('beforeprint', () => {
  closed = [...document.querySelectorAll('details:not([open])')]
  for (const part of closed) part.open = true
})
window.addEventListener('afterprint', () => {
  for (const part of closed) part.open = false
  closed = []
})
