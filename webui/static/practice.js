// What a learner would say stays in this tab. The field has no name, so no form sends it; here it
// is carried from the case to the page with the plan beside, and dropped at the next case.
const STORE = 'practice-own-words'

const read = () => {
  try { return JSON.parse(sessionStorage.getItem(STORE)) ?? {} } catch { return {} }
}
const write = (of, words) => {
  try { sessionStorage.setItem(STORE, JSON.stringify({ of, words })) } catch { /* a full or closed store keeps nothing */ }
}
const drop = () => {
  try { sessionStorage.removeItem(STORE) } catch { /* as above */ }
}

const page = document.querySelector('[data-practice]')
const kept = read()
const words = kept.of === page?.dataset.practice ? kept.words ?? '' : ''
if (kept.of !== page?.dataset.practice) drop()

const field = document.querySelector('[data-own]')
if (field) {
  document.querySelector('[data-own-paper]').hidden = true
  document.querySelector('[data-own-field]').hidden = false
  field.value = words
  field.addEventListener('input', () => write(page.dataset.practice, field.value))
}

const shown = document.querySelector('[data-own-shown]')
if (shown && words.trim()) {
  const none = document.querySelector('[data-own-none]')
  const clear = document.querySelector('[data-own-clear]')
  shown.textContent = words
  shown.hidden = false
  none.hidden = true
  clear.hidden = false
  clear.addEventListener('click', () => {
    drop()
    shown.hidden = true
    clear.hidden = true
    none.textContent = clear.dataset.cleared
    none.hidden = false
    none.focus()
  })
}
