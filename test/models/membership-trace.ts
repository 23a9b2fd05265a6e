/** Traces of the membership model as logs for the two resolvers: the same log, with real device lists and ids. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../../scripts/repository.ts'
import type { PlannedBody, PlannedLog, PlannedOperation } from '../../packages/membership/src/oracle/planned-log.ts'

interface TracedOperation {
  readonly kind: 'remove' | 'demote' | 'promote' | 'leave' | 'revoke' | 'invite' | 'revokeInvite' | 'admit' | 'rekey' | 'acknowledge'
  readonly author: number
  readonly subject: number
  /** The place of an invite in the trace, or -1. */
  readonly invite: number
  /** The place of the operation of the same device before it, or -1. */
  readonly previous: number
  /** A set of operations of the trace: a bit for each. */
  readonly heard: number
}

/** What the model says of a log. */
export interface MembershipTrace {
  /** The property that fails, or what was sought. */
  readonly why: string
  readonly joined: number
  readonly admins: number
  readonly operations: readonly TracedOperation[]
  readonly effective: number
  readonly rekeyNeeded: boolean
  readonly members: readonly { readonly member: number; readonly admin: boolean; readonly acts: boolean }[]
}

const FOLDER = join(ROOT, 'models', 'traces')

/** All kept traces of the model, by file name. */
export const membershipTraces = (): readonly { readonly name: string; readonly trace: MembershipTrace }[] =>
  readdirSync(FOLDER)
    .filter((file) => file.startsWith('membership-'))
    .map((file) => ({ name: file.replace(/\.json$/, ''), trace: JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as MembershipTrace }))

/** Places in `fixtures`: one device, both, and only the second where the first is revoked. */
const ONE_DEVICE = 0
const BOTH_DEVICES = 1
const SECOND_DEVICE = 4
const PERMANENT = 100

/** The second device is only there where the trace makes use of it. */
const firstListOf = ({ operations }: MembershipTrace, whom: number): number =>
  operations.some(({ kind, author }) => kind === 'revoke' && author === whom) ? BOTH_DEVICES : ONE_DEVICE

/** The group's beginning, with the devices and roles of the trace: an operation for each member, and one for the founder's second device. */
function beginningOf(trace: MembershipTrace): PlannedLog {
  const { joined, admins } = trace
  const line: PlannedOperation[] = [plan(0, 0, null, [], { kind: 'create' })]
  const then = (body: PlannedBody): void => {
    line.push(plan(0, 0, line.length - 1, [line.length - 1], body))
  }
  for (let whom = 1; whom < joined; whom++) {
    then({ kind: 'admit', invite: null, whom, list: firstListOf(trace, whom), role: whom < admins ? 'admin' : 'member' })
  }
  if (firstListOf(trace, 0) === BOTH_DEVICES) then({ kind: 'devices', whom: 0, list: BOTH_DEVICES })
  return line
}

const plan = (person: number, device: number, previous: number | null, parents: readonly number[], body: PlannedBody): PlannedOperation => ({
  person,
  device,
  previous,
  parents,
  salt: PERMANENT + parents.length,
  body,
})

/** The trace as a log to be built. Its own operations come behind the beginning: `offset` is the place of the first. */
export function planOfTrace(trace: MembershipTrace): { readonly plan: PlannedLog; readonly offset: number } {
  const beginning = beginningOf(trace)
  const offset = beginning.length
  const founderLast = offset - 1
  const whole = [...beginning]
  const isHeard = (heard: number, place: number): boolean => ((heard >> place) & 1) === 1
  for (const [place, operation] of trace.operations.entries()) {
    const heard = trace.operations.flatMap((_, each) => (isHeard(operation.heard, each) ? [each] : []))
    const maximal = heard.filter((each) => !heard.some((other) => isHeard(trace.operations[other]?.heard ?? 0, each)))
    const isFirst = operation.previous < 0
    const isSecondDevice = operation.kind === 'revoke'
    const previous = isFirst ? (operation.author === 0 && !isSecondDevice ? founderLast : null) : offset + operation.previous
    const parents = maximal.length === 0 ? [founderLast] : maximal.map((each) => offset + each)
    whole.push({
      ...plan(operation.author, isSecondDevice ? 1 : 0, previous, parents, bodyOf(trace, operation, heard, offset)),
      salt: PERMANENT + place,
    })
  }
  return { plan: whole, offset }
}

function bodyOf(trace: MembershipTrace, { kind, author, subject, invite }: TracedOperation, heard: readonly number[], offset: number): PlannedBody {
  switch (kind) {
    case 'remove':
      return { kind, whom: subject }
    case 'demote':
    case 'promote':
      return { kind: 'setRole', whom: subject, role: kind === 'demote' ? 'member' : 'admin' }
    case 'leave':
      return { kind, successor: null }
    case 'revoke':
      return { kind: 'devices', whom: author, list: SECOND_DEVICE }
    case 'invite':
      return { kind, role: 'member', uses: 1 }
    case 'revokeInvite':
      return { kind, invite: offset + invite }
    case 'admit': {
      const hasRevoked = heard.some((each) => trace.operations[each]?.kind === 'revoke' && trace.operations[each].author === subject)
      return {
        kind,
        invite: invite < 0 ? null : offset + invite,
        whom: subject,
        list: hasRevoked ? SECOND_DEVICE : firstListOf(trace, subject),
        role: 'member',
      }
    }
    case 'rekey':
    case 'acknowledge':
      return { kind }
  }
}
