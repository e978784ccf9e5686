// The page works without this file; it only makes a few things easier.
import { initAll } from './govuk/govuk-frontend.js'
import './times.js'
import './session.js'

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

// What was typed stays with this entry of the tab's own history, so that a reload keeps it.
// It is never put in a store that outlives the tab.
const form = document.querySelector('form.rp-form')

function remember () {
  const draft = [...new FormData(form)].filter(([name]) => name !== 'csrf_token' && name !== 'before')
  history.replaceState({ ...history.state, draft }, '')
}

function recall (draft) {
  for (const field of form.elements) {
    if (!field.name || field.type === 'hidden') continue
    const values = draft.filter(([name]) => name === field.name).map(([, value]) => value)
    if (field.type === 'checkbox' || field.type === 'radio') field.checked = values.includes(field.value)
    else if (values.length) field.value = values[0]
    const told = field.checked || (field.type !== 'radio' && field.type !== 'checkbox' && field.value)
    const fold = field.closest('details')
    if (told && fold && field.value !== '1') fold.open = true
  }
}

if (form) {
  const [entry] = performance.getEntriesByType('navigation')
  if (entry?.type === 'reload' && history.state?.draft) recall(history.state.draft)
  let waiting
  form.addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(remember, 250) })
  window.addEventListener('beforeunload', remember)
}
