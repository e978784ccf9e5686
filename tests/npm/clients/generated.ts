// A program around the client that @hey-api/openapi-ts makes: a plan, and a refusal.
import { createClient } from './made/client/index.js'
import { makePlan, type Observation } from './made/index.js'

declare const process: { argv: string[] }

const client = createClient({ baseUrl: process.argv[2] ?? '' })
const late: Observation = {
  ruptures: [{ kind: 'lateness', who: 'therapist', minutes: 10, cause: null }],
  context: { phase: null, signs: ['denial'] },
  safety: { flags: {} }
}
const made = await makePlan({ client, body: late })
if (made.data === undefined || typeof made.data === 'string') throw new Error('no plan')
console.log(made.data.disposition, made.data.steps[0]?.item)

const stop = await makePlan({ client, body: { ruptures: [], safety: { flags: { self_harm: 'unsure' } } } })
if (stop.data === undefined || typeof stop.data === 'string') throw new Error('no plan')
console.log(stop.data.disposition, stop.data.steps.length)

const twice: Observation = { ...late, ruptures: [...late.ruptures, ...late.ruptures] }
const refused = await makePlan({ client, body: twice })
console.log(refused.error?.status, refused.error?.problems?.[0]?.field)

// What the types refuse: a slip of the pen, a field of another kind, safety left out or null.
// @ts-expect-error
const slip: Observation = { ...late, ruptures: [{ kind: 'lateness', who: 'therapis' }] }
// @ts-expect-error
const other: Observation = { ...late, ruptures: [{ kind: 'deflection', response: 'joke', who: 'client' }] }
// @ts-expect-error
const unasked: Observation = { ruptures: late.ruptures }
// @ts-expect-error
const none: Observation = { ...late, safety: null }
// @ts-expect-error
const misnamed: Observation = { ...late, safety: { flags: { selfharm: 'yes' } } }
// @ts-expect-error
const denied: Observation = { ...late, safety: { flags: { self_harm: 'no' } } }
void [slip, other, unasked, none, misnamed, denied]
