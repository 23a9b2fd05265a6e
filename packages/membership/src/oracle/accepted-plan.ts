/** A plan without what no log takes in: what came after such an operation comes after what that came after. */
import type { Primitives } from '@sotto/crypto/primitives'
import { addOperation, emptyLog } from '../log/log.ts'
import type { Character } from './fixtures.ts'
import { planBuilder, type PlannedLog, type PlannedOperation } from './planned-log.ts'

/** The operations of a plan that a log takes in, each tried behind those before it. */
export function acceptedPlan(primitives: Primitives, fixtures: readonly Character[], plan: PlannedLog): PlannedLog {
  const builder = planBuilder(primitives, fixtures)
  const accepted: PlannedOperation[] = []
  /** Where each operation of the plan is in the new one; of a refused one what it came after. */
  const places: { readonly heads: readonly number[]; readonly own: number | null; readonly isThere: boolean }[] = []
  let log = emptyLog(builder.group())
  for (const planned of plan) {
    const parents = [...new Set(planned.parents.flatMap((parent) => places[parent]?.heads ?? []))]
    const own = planned.previous === null ? null : (places[planned.previous]?.own ?? null)
    const invite = 'invite' in planned.body && planned.body.invite !== null ? places[planned.body.invite] : undefined
    const body = 'invite' in planned.body && planned.body.invite !== null ? { ...planned.body, invite: invite?.heads[0] ?? 0 } : planned.body
    const moved: PlannedOperation = { ...planned, parents, previous: own, body }
    const operation = invite !== undefined && !invite.isThere ? undefined : builder.build(moved)
    if (planned.body.kind === 'create') log = emptyLog(builder.group())
    const step = operation === undefined ? undefined : addOperation(primitives, log, operation)
    if (step?.outcome === 'added') {
      log = step.log
      places.push({ heads: [accepted.length], own: accepted.length, isThere: true })
      accepted.push(moved)
    } else {
      if (operation !== undefined) builder.takeBack()
      places.push({ heads: parents, own, isThere: false })
    }
  }
  return accepted
}
