/** Logs as plans: numbers instead of ids, so that a log can be made, made smaller, and read. */
import type { Primitives } from '@sotto/crypto/primitives'
import { compareBytes, type GroupId, type Operation, type OperationBody, type OperationId, type Role, utf8 } from '@sotto/wire'
import { operationIdOf } from '../log/sign-operation.ts'
import { type Character, NAMES } from './fixtures.ts'

/** People and lists by their place in the fixtures, operations by their place in the plan. */
export type PlannedBody =
  | { readonly kind: 'create' | 'rekey' | 'acknowledge' }
  | { readonly kind: 'invite'; readonly role: Role; readonly uses: number }
  | { readonly kind: 'revokeInvite'; readonly invite: number }
  | { readonly kind: 'admit'; readonly invite: number | null; readonly whom: number; readonly list: number; readonly role: Role }
  | { readonly kind: 'remove'; readonly whom: number }
  | { readonly kind: 'leave'; readonly successor: number | null }
  | { readonly kind: 'setRole'; readonly whom: number; readonly role: Role }
  | { readonly kind: 'setPolicy' | 'rename' | 'setRelays' | 'setAddressPrivacy' | 'setLifetime' | 'setHistory'; readonly value: number }
  | { readonly kind: 'devices'; readonly whom: number; readonly list: number }

export interface PlannedOperation {
  readonly person: number
  readonly device: number
  readonly previous: number | null
  readonly parents: readonly number[]
  /** Makes its id another. */
  readonly salt: number
  readonly body: PlannedBody
}

export type PlannedLog = readonly PlannedOperation[]

export interface BuiltLog {
  readonly group: GroupId
  readonly operations: readonly Operation[]
}

const NO_GROUP = new Uint8Array(32) as GroupId

/** The operations of a plan, with signatures of 64 zero bytes. */
export function buildLog(primitives: Primitives, fixtures: readonly Character[], plan: PlannedLog): BuiltLog {
  const builder = planBuilder(primitives, fixtures)
  const operations = plan.map(builder.build)
  return { group: builder.group(), operations }
}

/** Builds one planned operation after the other. Places are those of what was built and not taken back. */
export function planBuilder(primitives: Primitives, fixtures: readonly Character[]) {
  const ids: OperationId[] = []
  let group: GroupId = NO_GROUP
  const idAt = (index: number): OperationId => ids[index] ?? fault(`no operation ${index}`)
  return {
    group: (): GroupId => group,
    takeBack: (): void => {
      ids.pop()
    },
    build: ({ person, device, previous, parents, salt, body }: PlannedOperation): Operation => {
      const author = fixtures[person] ?? fault('no such person')
      const unsigned = {
        suite: 1,
        group,
        account: author.account,
        device: author.devices[device] ?? fault('no such device'),
        previous: previous === null ? null : idAt(previous),
        parents: distinct(parents.map(idAt)),
        writtenMs: salt,
        body: bodyOf(primitives, fixtures, author, body, idAt),
      }
      const id = operationIdOf(primitives, unsigned)
      if (body.kind === 'create') group = id as Uint8Array as GroupId
      ids.push(id)
      return { unsigned, signature: new Uint8Array(64) }
    },
  }
}

/** In order. A plan may say one operation twice: it has one id. */
const distinct = (ids: readonly OperationId[]): readonly OperationId[] =>
  ids.toSorted(compareBytes).filter((id, i, sorted) => i === 0 || compareBytes(id, sorted[i - 1] ?? id) !== 0)

function bodyOf(
  primitives: Primitives,
  fixtures: readonly Character[],
  author: Character,
  body: PlannedBody,
  idAt: (index: number) => OperationId,
): OperationBody {
  const bytes = (what: string): Uint8Array => primitives.sha256(utf8(what))
  const personAt = (index: number): Character => fixtures[index] ?? fault('no such person')
  const entryAt = (whom: number, list: number) => personAt(whom).lists[list] ?? fault('no such list')
  switch (body.kind) {
    case 'create':
      return {
        kind: 'create',
        random: COMMITMENT,
        groupCipher: 'sender-keys',
        founder: entryAt(fixtures.indexOf(author), 0),
        titleHash: COMMITMENT,
        commitment: COMMITMENT,
      }
    case 'invite':
      return { ...body, inviteKey: COMMITMENT, expiresMs: 1, rendezvousSeed: COMMITMENT }
    case 'revokeInvite':
      return { ...body, invite: idAt(body.invite) }
    case 'admit':
      return {
        kind: 'admit',
        invite: body.invite === null ? null : idAt(body.invite),
        member: entryAt(body.whom, body.list),
        role: body.role,
        request: body.invite === null ? NO_REQUEST : { ...NO_REQUEST, inviteSignature: NO_REQUEST.deviceSignature },
      }
    case 'remove':
      return { kind: 'remove', account: personAt(body.whom).account, commitment: COMMITMENT }
    case 'leave':
      return { kind: 'leave', successor: body.successor === null ? null : personAt(body.successor).account }
    case 'setRole':
      return { kind: 'setRole', account: personAt(body.whom).account, role: body.role }
    case 'setPolicy':
      return { kind: 'setPolicy', rotateAfterMessages: body.value, rotateAfterHours: 1 }
    case 'rename':
      return { kind: 'rename', titleHash: bytes(`title ${body.value}`) }
    case 'setRelays':
      return { kind: 'setRelays', relays: [relayAt(body.value)] }
    case 'setAddressPrivacy':
      return { kind: 'setAddressPrivacy', isOn: body.value % 2 === 1 }
    case 'setLifetime':
      return { kind: 'setLifetime', seconds: body.value * 60 }
    case 'setHistory':
      return { kind: 'setHistory', days: body.value, messages: 0 }
    case 'devices':
      return { kind: 'devices', member: entryAt(body.whom, body.list) }
    case 'rekey':
      return { kind: 'rekey', commitment: COMMITMENT }
    case 'acknowledge':
      return { kind: 'acknowledge' }
  }
}

const relayAt = (value: number): string => `/dns4/relay${value}.example/tcp/443/tls/ws/p2p/${'A'.repeat(52)}`

const COMMITMENT = new Uint8Array(32).fill(7)
const NO_REQUEST = { nameHash: COMMITMENT, askedMs: 1, deviceSignature: new Uint8Array(64), inviteSignature: null }

function fault(what: string): never {
  throw new RangeError(what)
}

/** The plan without one of its operations: what came after it comes after what it came after. Undefined for `create`. */
function withoutOperation(plan: PlannedLog, index: number): PlannedLog | undefined {
  const gone = plan[index]
  if (gone === undefined || gone.body.kind === 'create') return undefined
  const rest = plan.filter((_, place) => place !== index)
  if (rest.some(({ body }) => 'invite' in body && body.invite === index)) return undefined
  const moved = (place: number): number => (place > index ? place - 1 : place)
  return rest.map((each) => ({
    ...each,
    previous: each.previous === index ? gone.previous : each.previous === null ? null : moved(each.previous),
    parents: [...new Set(each.parents.flatMap((parent) => (parent === index ? gone.parents : [parent])).map(moved))],
    body: 'invite' in each.body && each.body.invite !== null ? { ...each.body, invite: moved(each.body.invite) } : each.body,
  }))
}

/** A plan in which no operation can be left out without losing what `fails` sees. */
export function shrinkLog(plan: PlannedLog, fails: (plan: PlannedLog) => boolean): PlannedLog {
  for (let index = plan.length - 1; index > 0; index--) {
    const smaller = withoutOperation(plan, index)
    if (smaller !== undefined && fails(smaller)) return shrinkLog(smaller, fails)
  }
  return plan
}

/** One line for each operation. */
export const tellLog = (plan: PlannedLog): readonly string[] =>
  plan.map(({ person, device, previous, parents, body }, index) => {
    const { kind, ...rest } = body
    const what = Object.entries(rest).map(([key, value]) => ` ${key} ${key === 'whom' || key === 'successor' ? nameOf(value) : value}`)
    return `${index}: after ${parents.join(', ') || 'nothing'}${previous === null ? '' : ` (own ${previous})`} ${nameOf(person)}/${device} ${kind}${what.join()}`
  })

const nameOf = (place: unknown): string => (typeof place === 'number' ? (NAMES[place] ?? 'a stranger') : 'nobody')
