// A program around openapi-fetch and the types of openapi-typescript: a plan, and a refusal.
import createClient from 'openapi-fetch'
import type { components, paths } from './schema.js'

declare const process: { argv: string[] }
type Observation = components['schemas']['Observation']

// The plan as JSON, of the formats that there are; and a refusal as a problem.
const client = createClient<paths, 'application/json' | 'application/problem+json'>({ baseUrl: process.argv[2] ?? '' })
const late: Observation = {
  ruptures: [{ kind: 'lateness', who: 'therapist', minutes: 10, cause: null }],
  context: { phase: null, signs: ['denial'] },
  safety: { flags: {} }
}
const made = await client.POST('/api/v1/plans', { body: late })
if (made.data === undefined) throw new Error(made.error.detail)
const item: 'C1' | 'C2' | 'C3' | 'D1' | 'D2' | 'D3' | 'D4' | 'D5' | undefined = made.data.steps[0]?.item
console.log(made.data.disposition, item)

const stop = await client.POST('/api/v1/plans', { body: { ruptures: [], safety: { flags: { self_harm: 'unsure' } } } })
console.log(stop.data?.disposition, stop.data?.steps.length)

const twice: Observation = { ...late, ruptures: [...late.ruptures, ...late.ruptures] }
const refused = await client.POST('/api/v1/plans', { body: twice })
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
