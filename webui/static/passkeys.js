// Passkeys: the browser's own dialog, opened by a button. What the device signed is sent with the form.
const bytes = text => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), one => one.charCodeAt(0))
const letters = data => btoa(String.fromCharCode(...new Uint8Array(data))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
const known = list => (list ?? []).map(one => ({ ...one, id: bytes(one.id) }))

async function asked (address, token) {
  const answer = await fetch(address, { method: 'POST', body: new URLSearchParams({ csrf_token: token }) })
  if (!answer.ok) throw new Error(answer.statusText)
  const options = await answer.json()
  options.challenge = bytes(options.challenge)
  if (options.user) options.user.id = bytes(options.user.id)
  if (options.allowCredentials) options.allowCredentials = known(options.allowCredentials)
  if (options.excludeCredentials) options.excludeCredentials = known(options.excludeCredentials)
  return options
}

// A credential as JSON, with every part of it in letters.
function told ({ id, rawId, type, response }) {
  const parts = {}
  for (const name of ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
    if (response[name]) parts[name] = letters(response[name])
  }
  return JSON.stringify({ id, rawId: letters(rawId), type, response: parts })
}

for (const part of document.querySelectorAll('[data-passkey]')) {
  const button = part.querySelector('button')
  const said = part.querySelector('[role=alert]')
  const field = part.querySelector('input')
  const form = field.form
  const makes = 'makes' in part.dataset
  const say = text => { said.hidden = !text; said.textContent = text }

  if (!window.PublicKeyCredential) {
    say(said.dataset.none)
    continue
  }
  button.hidden = false
  button.addEventListener('click', async () => {
    say('')
    field.value = ''
    // Without a name nothing is made: the server says what is missing.
    if (makes && !form.elements.label.value.trim()) return form.requestSubmit()
    button.disabled = true
    try {
      const publicKey = await asked(part.dataset.challenge, form.elements.csrf_token.value)
      const made = await navigator.credentials[makes ? 'create' : 'get']({ publicKey })
      field.value = told(made)
      form.requestSubmit()
    } catch {
      say(said.dataset.failed)
    } finally {
      button.disabled = false
    }
  })
}
