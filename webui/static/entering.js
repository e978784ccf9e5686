// The form works without this file; it saves presses, keys and second thoughts.
const form = document.getElementById('safety-none')?.form

// "None of these" and a flag cannot both be so; "not sure" raises its flag.
function settle (box) {
  const none = document.getElementById('safety-none')
  const flags = [...form.querySelectorAll('[data-flag]')]
  if (box === none && none.checked) {
    for (const one of [...flags, ...form.querySelectorAll('.rp-flag__unsure-box')]) one.checked = false
  } else if (box.dataset.flag) {
    if (box.checked) none.checked = false
    else form.querySelector(`.rp-flag__unsure-box[value="${box.dataset.flag}"]`).checked = false
  } else if (box.classList.contains('rp-flag__unsure-box') && box.checked) {
    form.querySelector(`[data-flag="${box.value}"]`).checked = true
    none.checked = false
  }
}

if (form) {
  form.addEventListener('change', (event) => { if (event.target.name?.startsWith('safety.')) settle(event.target) })
  // Ctrl+Enter makes the plan from anywhere.
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      form.requestSubmit()
    }
  })
  // A line that was not read yet is read first, and the button says so.
  const line = form.querySelector('#line')
  const make = form.querySelector('[data-reads]')
  const label = make?.textContent
  const name = () => { make.textContent = line.value.trim() && line.value.trim() !== (form.elements.line_read?.value ?? '').trim() ? make.dataset.reads : label }
  if (line && make) { line.addEventListener('input', name); window.addEventListener('pageshow', name) }
  // A count begins at one: typing over it replaces it.
  for (const field of form.querySelectorAll('input[inputmode="numeric"]')) field.addEventListener('focus', () => field.select())
  for (const hint of form.querySelectorAll('.rp-keys')) hint.hidden = false
  const skip = form.querySelector('.rp-skip-flags')
  skip?.addEventListener('click', (event) => {
    event.preventDefault()
    document.getElementById('safety-none').focus()
  })
}
