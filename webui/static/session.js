// Two minutes before a session ends, the page says so and offers to stay. Nothing typed is touched.
const banner = document.getElementById('rp-session')
const WARN = 120
const ROUND = 1000

if (banner) {
  const spoken = banner.querySelector('[data-spoken]')
  const form = banner.querySelector('form')
  const others = 'BroadcastChannel' in window ? new BroadcastChannel('repair-planner-session') : null
  let ends, renewable, shown

  // The clock goes on while a laptop sleeps, so the end is a moment and not a countdown.
  const until = (left, more) => {
    ends = Date.now() + left * 1000
    renewable = more
    if (shown !== 'stayed' && left > WARN) show('')
  }

  const show = what => {
    if (shown === what) return
    shown = what
    const said = what ? banner.querySelector(`[data-says="${what}"]`).textContent : ''
    banner.hidden = !what
    form.hidden = what !== 'ending'
    spoken.setAttribute('role', what === 'stayed' ? 'status' : 'alert')
    // A live region is heard when its text changes while it is there.
    setTimeout(() => { spoken.textContent = said }, 50)
  }

  const look = () => {
    const left = (ends - Date.now()) / 1000
    if (left <= 0) show('ended')
    else if (left <= WARN) show(renewable ? 'ending' : 'last')
  }

  form.addEventListener('submit', async event => {
    event.preventDefault()
    try {
      const answer = await fetch(form.action, {
        method: 'POST',
        body: new URLSearchParams(new FormData(form)),
        headers: { Accept: 'application/json' }
      })
      if (!answer.ok) return show('ended')
      const { left, renewable: more } = await answer.json()
      until(left, more)
      others?.postMessage({ left, more })
      show('stayed')
      setTimeout(() => { if (shown === 'stayed') show('') }, 6000)
    } catch {
      look()
    }
  })

  if (others) others.onmessage = ({ data }) => until(data.left, data.more)
  until(Number(banner.dataset.left), banner.dataset.renewable === 'yes')
  others?.postMessage({ left: Number(banner.dataset.left), more: renewable })
  document.body.append(banner)
  look()
  setInterval(look, ROUND)
  document.addEventListener('visibilitychange', look)
}
