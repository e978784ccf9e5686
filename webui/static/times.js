// Times stand in UTC and say so; here each is told in the browser's own zone instead.
const hours = { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' }
const days = { day: 'numeric', month: 'long', year: 'numeric' }

export function tellLocalTimes (within = document) {
  const language = document.documentElement.lang || undefined
  for (const one of within.querySelectorAll('time[datetime]')) {
    const moment = new Date(one.dateTime)
    if (isNaN(moment)) continue
    const how = 'day' in one.dataset ? days : hours
    one.textContent = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, how).format(moment)
  }
}

tellLocalTimes()
