/** The second resolver: what is effective in a set of operations, straight from the predicates of PROTOCOL §5. */
import { hexOf, isBefore, isConcurrent, type PlacedOperation } from './placed-operation.ts'
import { admissionsOf, closesInvites, devicesTaken, inviteUsed, isAdmin, members, rolesOf, type View } from './facts.ts'
import { groundsOf, needsAdmin } from './rights.ts'

/** Answers for one placed log. Sets that were asked for already are answered from memory: otherwise it would be 2^n. */
export function viewer(): (known: ReadonlySet<PlacedOperation>) => View {
  const answers = new Map<string, View>()
  const before = new Map<PlacedOperation, View>()
  const viewBefore = (operation: PlacedOperation): View => {
    const view = before.get(operation) ?? viewOf(operation.past)
    before.set(operation, view)
    return view
  }
  const viewOf = (known: ReadonlySet<PlacedOperation>): View => {
    const key = [...known]
      .map(({ id }) => id)
      .toSorted()
      .join()
    const view = answers.get(key) ?? {
      known,
      effective: effectiveOf(known, viewOf, viewBefore),
      before: viewBefore,
      behind: (operation) => viewOf(new Set([...operation.past, operation])),
    }
    answers.set(key, view)
    return view
  }
  return viewOf
}

/** Single steps on the way to what is effective: for showing an example. */
export interface Steps {
  readonly conflictsWith: (q: PlacedOperation, r: PlacedOperation) => boolean
  readonly isAcknowledgedByMajority: (r: PlacedOperation, q: PlacedOperation) => boolean
}

export function stepsIn(known: ReadonlySet<PlacedOperation>): Steps {
  const viewOf = viewer()
  const { before } = viewOf(known)
  return {
    conflictsWith: (q, r) => conflictsWith(known, q, r, viewOf, before),
    isAcknowledgedByMajority: (r, q) => isAcknowledgedByMajority(known, r, q, viewOf),
  }
}

export type ViewOf = (known: ReadonlySet<PlacedOperation>) => View
type ViewBefore = View['before']

/** 4. *effective*. */
function effectiveOf(known: ReadonlySet<PlacedOperation>, viewOf: ViewOf, before: ViewBefore): ReadonlySet<PlacedOperation> {
  const claims = [...known].filter((operation) => !isForked(known, operation, viewOf, before))
  const conflicting = new Map(claims.map((r) => [r, claims.filter((q) => conflictsWith(known, q, r, viewOf, before))]))
  const grounds = new Map(claims.map((operation) => [operation, groundsOf(before(operation), operation)]))
  const fates = new Map<PlacedOperation, 'effective' | 'filtered' | 'undecided'>(
    [...known].map((operation) => [operation, claims.includes(operation) ? 'undecided' : 'filtered']),
  )
  const allFiltered = (operations: readonly PlacedOperation[]): boolean => operations.every((operation) => fates.get(operation) === 'filtered')
  const oneIsEffective = (operations: readonly PlacedOperation[]): boolean => operations.some((operation) => fates.get(operation) === 'effective')

  const fateOf = (operation: PlacedOperation): 'effective' | 'filtered' | 'undecided' => {
    const against = conflicting.get(operation) ?? []
    const under = grounds.get(operation) ?? []
    if (oneIsEffective(against) || under.some(allFiltered)) return 'filtered'
    return allFiltered(against) && under.every(oneIsEffective) ? 'effective' : 'undecided'
  }
  for (;;) {
    const undecided = claims.filter((operation) => fates.get(operation) === 'undecided')
    if (undecided.length === 0) break
    const [clear] = undecided.filter((operation) => fateOf(operation) !== 'undecided')
    if (clear !== undefined) {
      fates.set(clear, fateOf(clear))
      continue
    }
    const hangsOn = (operation: PlacedOperation): readonly PlacedOperation[] =>
      [...(conflicting.get(operation) ?? []), ...(grounds.get(operation) ?? []).flat()].filter((each) => undecided.includes(each))
    const cycle = smallest(undecided.map((operation) => reach(operation, hangsOn)))
    const isOverruled = (operation: PlacedOperation): boolean =>
      (conflicting.get(operation) ?? []).some(
        (each) => cycle.includes(each) && (isBefore(each, operation) || isAcknowledgedByMajority(known, each, operation, viewOf)),
      )
    const overruled = cycle.filter(isOverruled)
    const taking = cycle.filter((operation) => takes(before, operation))
    if (overruled.length > 0 && taking.some((operation) => !overruled.includes(operation))) {
      for (const operation of overruled) fates.set(operation, 'filtered')
    } else {
      for (const operation of cycle) fates.set(operation, taking.includes(operation) ? 'effective' : 'filtered')
    }
  }
  return new Set(claims.filter((operation) => fates.get(operation) === 'effective'))
}

/** All that a fate hangs on, however far. The smallest such set hangs on nothing else: it is a cycle. */
function reach(operation: PlacedOperation, hangsOn: (operation: PlacedOperation) => readonly PlacedOperation[]): readonly PlacedOperation[] {
  const found = new Set(hangsOn(operation))
  for (const each of found) for (const next of hangsOn(each)) found.add(next)
  return [...found]
}

const smallest = (sets: readonly (readonly PlacedOperation[])[]): readonly PlacedOperation[] => sets.toSorted((a, b) => a.length - b.length)[0] ?? []

/** 3. *conflicts with*. */
function conflictsWith(known: ReadonlySet<PlacedOperation>, q: PlacedOperation, r: PlacedOperation, viewOf: ViewOf, before: ViewBefore): boolean {
  if (isBefore(q, r)) return countsAgain(known, q, r, before)
  return isConcurrent(q, r) && isAimedAt(known, q, r, before) && !isAcknowledgedByMajority(known, r, q, viewOf)
}

/** 51. It was filtered where the other was written, and nothing behind it gave again what it takes. */
function countsAgain(known: ReadonlySet<PlacedOperation>, q: PlacedOperation, r: PlacedOperation, before: ViewBefore): boolean {
  const view = before(r)
  if (view.effective.has(q)) return false
  const isGivenAgain = (operations: readonly PlacedOperation[]): boolean => operations.some((operation) => isBefore(q, operation))
  const takesMember = q.unsigned.body.kind === 'remove' ? !isGivenAgain(admissionsOf(view, r.account)) : q.entry?.revoked.includes(r.device) === true
  if (takesMember && removesAuthor(known, q, r, before)) return true
  if (takesInvite(q, r, before)) return !isGivenAgain([...r.past].filter(({ id }) => id === inviteUsed(r)))
  return takesRole(q, r, before) && !isGivenAgain(rolesOf(view, r.account).map(({ by }) => by))
}

/** It removes the author of the other, takes that device, or takes the right that it needs. */
export const isAimedAt = (known: ReadonlySet<PlacedOperation>, q: PlacedOperation, r: PlacedOperation, before: ViewBefore): boolean =>
  removesAuthor(known, q, r, before) || takesRight(q, r, before)

/** It removes, takes the role of an admin, closes one invite, or takes a device. */
const takes = (before: ViewBefore, operation: PlacedOperation): boolean => {
  const { body } = operation.unsigned
  if (body.kind === 'setRole') return body.role === 'member'
  return body.kind === 'remove' || body.kind === 'revokeInvite' || devicesTaken(before, operation).length > 0
}

const removesAuthor = (known: ReadonlySet<PlacedOperation>, q: PlacedOperation, r: PlacedOperation, before: ViewBefore): boolean => {
  const { body } = q.unsigned
  if (body.kind === 'remove') return hexOf(body.account) === r.account
  const isTaking = (other: PlacedOperation): boolean => other.account !== q.account && isConcurrent(other, q) && takesFrom(before, other, q)
  return q.account === r.account && devicesTaken(before, q).includes(r.device) && ![...known].some((other) => !isBefore(other, r) && isTaking(other))
}

const takesRight = (q: PlacedOperation, r: PlacedOperation, before: ViewBefore): boolean => takesInvite(q, r, before) || takesRole(q, r, before)

function takesInvite(q: PlacedOperation, r: PlacedOperation, before: ViewBefore): boolean {
  const { body } = q.unsigned
  const invite = inviteUsed(r)
  return invite !== null && (closesInvites(before, q) || (body.kind === 'revokeInvite' && hexOf(body.invite) === invite))
}

function takesRole(q: PlacedOperation, r: PlacedOperation, before: ViewBefore): boolean {
  const { body } = q.unsigned
  return body.kind === 'setRole' && body.role === 'member' && hexOf(body.account) === r.account && needsAdmin(before(r), r)
}

/** Whether a member with the right removes the author of the other, takes their role, or takes that device. */
function takesFrom(before: ViewBefore, taking: PlacedOperation, other: PlacedOperation): boolean {
  const { body } = taking.unsigned
  if (body.kind === 'devices') return taking.account === other.account && devicesTaken(before, taking).includes(other.device)
  const isDemotion = body.kind === 'setRole' && body.role === 'member'
  return (body.kind === 'remove' || isDemotion) && hexOf(body.account) === other.account && taking.account !== other.account
}

/**
 * Whether it lies on one branch of a fork, and no majority acknowledged it over the operation that begins the other; but not
 * where something was taken from the author of the other that has it in its past.
 */
function isForked(known: ReadonlySet<PlacedOperation>, r: PlacedOperation, viewOf: ViewOf, before: ViewBefore): boolean {
  const branch = [...known].filter((operation) => operation === r || (operation.device === r.device && isBefore(operation, r)))
  return [...known].some(
    (other) =>
      isConcurrent(other, r) &&
      branch.some((link) => link !== other && link.device === other.device && link.previous === other.previous) &&
      !isAcknowledgedByMajority(known, r, other, viewOf) &&
      ![...known].some((taking) => isBefore(r, taking) && isConcurrent(taking, other) && takesFrom(before, taking, other)),
  )
}

/** 2. *acknowledged by a majority*. */
export function isAcknowledgedByMajority(known: ReadonlySet<PlacedOperation>, r: PlacedOperation, q: PlacedOperation, viewOf: ViewOf): boolean {
  const signers = new Set([...known].filter((operation) => isBefore(r, operation) && !isBefore(q, operation)).map(({ account }) => account))
  const common = viewOf(new Set([...r.past].filter((operation) => q.past.has(operation))))
  const parties = [r, q].flatMap((operation) => [operation.account, ...subjectsOf(operation)])
  const others = members(common).filter((person) => !parties.includes(person))
  const admins = others.filter((person) => isAdmin(common, person))
  const electors = admins.length > 0 ? admins : others
  return electors.filter((person) => signers.has(person)).length > electors.length / 2
}

/** Whom an operation is about. */
function subjectsOf({ entry, unsigned: { body } }: PlacedOperation): readonly string[] {
  if (entry !== null) return [entry.account]
  if (body.kind === 'remove' || body.kind === 'setRole') return [hexOf(body.account)]
  return body.kind === 'leave' && body.successor !== null ? [hexOf(body.successor)] : []
}
