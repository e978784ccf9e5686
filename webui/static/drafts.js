// What was typed stays with this entry of the tab's own history, so that a reload and Back keep it.
// It is never put in a store that outlives the tab, and "Forget this plan" ends it.
const form = document.querySelector('form.rp-form')
const NOT_TYPED = ['csrf_token', 'before', 'line_read']
const FORGOTTEN = 'repair-planner-forgotten'

function remember () {
  const draft = [...new FormData(form)].filter(([name]) => !NOT_TYPED.includes(name))
  history.replaceState({ ...history.state, draft, at: Date.now() }, '')
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

for (const forgetting of document.querySelectorAll('form[data-forgets]')) {
  forgetting.addEventListener('submit', () => sessionStorage.setItem(FORGOTTEN, String(Date.now())))
}

if (form) {
  const [entry] = performance.getEntriesByType('navigation')
  const again = ['reload', 'back_forward'].includes(entry?.type)
  const isForgotten = () => (history.state?.at ?? Infinity) <= Number(sessionStorage.getItem(FORGOTTEN) ?? 0)
  if (again && history.state?.draft && !isForgotten()) recall(history.state.draft)
  // Last of all, after whatever the browser itself put back.
  window.addEventListener('pageshow', () => {
    if (!isForgotten()) return
    history.replaceState({}, '')
    for (const field of form.elements) {
      if (['checkbox', 'radio'].includes(field.type)) field.checked = false
      else if (field.type !== 'hidden') field.value = field.defaultValue ?? ''
    }
  })
  let waiting
  form.addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(remember, 250) })
  window.addEventListener('beforeunload', remember)
}
