// What was typed stays with this entry of the tab's own history, so that a reload and Back keep it.
// It is never put in a store that outlives the tab. The form's mark says whose draft it is: with
// another mark (another version, another person, a plan that was forgotten) it is dropped.
const form = document.querySelector('form[data-draft]')
const NEVER = ['hidden', 'password', 'file', 'submit', 'button']

const isTick = (field) => field.type === 'checkbox' || field.type === 'radio'
const isTyped = (field) => field.name && !NEVER.includes(field.type) && field.name !== 'code'
const differs = (field) => isTick(field)
  ? field.checked !== field.defaultChecked
  : field.value !== (field.defaultValue ?? [...field.options ?? []].find((one) => one.defaultSelected)?.value ?? '')

function drop () {
  const { draft, of, ...rest } = history.state ?? {}
  history.replaceState(rest, '')
}

// Only what was changed is stored: a form that nobody touched has nothing to put back.
function remember () {
  const draft = [...form.elements].filter((field) => isTyped(field) && differs(field))
    .map((field) => [field.name, isTick(field) ? field.value : null, isTick(field) ? field.checked : field.value])
  history.replaceState({ ...history.state, draft, of: form.dataset.draft }, '')
}

function recall (draft) {
  for (const [name, value, told] of draft) {
    for (const field of form.elements) {
      if (field.name !== name || (value !== null && field.value !== value)) continue
      if (isTick(field)) field.checked = told
      else field.value = told
      const fold = field.closest('details')
      if (told && fold) fold.open = true
    }
  }
}

// What the browser itself put back of a form that is not this one any more.
function empty () {
  for (const field of form.elements) {
    if (isTick(field)) field.checked = field.defaultChecked
    else if (isTyped(field) && 'defaultValue' in field) field.value = field.defaultValue
  }
}

if (form) {
  const [entry] = performance.getEntriesByType('navigation')
  const again = ['reload', 'back_forward'].includes(entry?.type)
  const other = history.state?.of !== undefined && history.state.of !== form.dataset.draft
  if (again && !other && history.state?.draft) recall(history.state.draft)
  // Last of all, after the browser.
  if (other) window.addEventListener('pageshow', () => { empty(); drop() }, { once: true })
  let waiting
  form.addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(remember, 250) })
  window.addEventListener('pagehide', remember)
  window.addEventListener('beforeunload', remember)
} else if (history.state?.draft && !document.querySelector('[data-away]')) {
  drop()
}
