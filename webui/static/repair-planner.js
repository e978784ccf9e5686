// The page works without this file; it only makes a few things easier.
import { initAll } from './govuk/govuk-frontend.js'
import './drafts.js'
import './entering.js'
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
  if (text === null) return false
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

// Copies what `words` gives when the button is pressed, and says so for a moment.
function copies (button, words, { copied, failed }) {
  const label = button.innerHTML
  button.addEventListener('click', async () => {
    const said = await copy(await words()) ? copied : failed
    button.focus()
    button.textContent = said
    spoken.textContent = said
    setTimeout(() => { button.innerHTML = label; spoken.textContent = '' }, 2500)
  })
}

for (const button of document.querySelectorAll('[data-copies]')) {
  button.hidden = false
  copies(button, () => document.getElementById(button.dataset.copies).textContent, button.dataset)
}

// The whole plan as plain text: a page of its own, or copied at once.
for (const link of document.querySelectorAll('[data-whole-text]')) {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = link.className
  button.textContent = link.dataset.label
  link.replaceWith(button)
  copies(button, async () => {
    const answer = await fetch(link.href)
    return answer.ok ? answer.text() : null
  }, link.dataset)
}

// Every fold of the whole plan, opened and closed at once.
for (const button of document.querySelectorAll('[data-opens-all]')) {
  button.hidden = false
  button.addEventListener('click', () => {
    const folds = [...document.querySelectorAll('.rp-steps details, .rp-columns details, .rp-questions')]
    const open = folds.some((fold) => !fold.open)
    for (const fold of folds) fold.open = open
    button.textContent = open ? button.dataset.closesAll : button.dataset.opensAll
  })
}

// "brief" prints the one page for the five minutes, anything else the whole plan.
for (const button of document.querySelectorAll('[data-prints]')) {
  button.hidden = false
  button.addEventListener('click', () => {
    document.documentElement.classList.toggle('rp-prints-brief', button.dataset.prints === 'brief')
    window.print()
  })
}

// Closed details would stay closed on paper.
let closed = []
window.addEventListener('beforeprint', () => {
  closed = [...document.querySelectorAll('details:not([open])')]
  for (const part of closed) part.open = true
})
window.addEventListener('afterprint', () => {
  document.documentElement.classList.remove('rp-prints-brief')
  for (const part of closed) part.open = false
  closed = []
})
