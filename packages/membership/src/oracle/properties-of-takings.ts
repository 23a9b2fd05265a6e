/** What the model asks of operations that take: nothing that was taken comes back by an answer, and an answer takes nothing. */
import { isAcknowledgedByMajority, isAimedAt } from './brute-force.ts'
import { devicesOf, devicesTaken, hasAdminRole, isMember, members, type View } from './facts.ts'
import type { Growth } from './log-growth.ts'
import { hexOf, isBefore, isConcurrent, type PlacedOperation } from './placed-operation.ts'

/** Whether it takes the membership or the role from the author of the other, or the device that wrote it. */
function takesFromAuthor(view: View, taking: PlacedOperation, { account, device }: PlacedOperation): boolean {
  const { body } = taking.unsigned
  if (body.kind === 'devices') return taking.account === account && devicesTaken(view.before, taking).includes(device)
  if (taking.account === account) return false
  if (body.kind === 'remove') return hexOf(body.account) === account
  return body.kind === 'setRole' && body.role === 'member' && hexOf(body.account) === account && hasAdminRole(view.before(taking), account)
}

/** Whether the author of the other is without what the operation took. */
function isWithout(view: View, taking: PlacedOperation, { account, device }: PlacedOperation): boolean {
  const { kind } = taking.unsigned.body
  if (kind === 'remove') return !isMember(view, account)
  return kind === 'setRole' ? !hasAdminRole(view, account) : !devicesOf(view, account).includes(device)
}

/** Whether it is by this operation that a majority acknowledged one over another. */
export function isDecisiveWord({ log: { viewOf }, earlier, last, now }: Growth): boolean {
  const isDecided = (view: View, r: PlacedOperation, q: PlacedOperation): boolean => isAcknowledgedByMajority(view.known, r, q, viewOf)
  return [...last.past].some((r) =>
    [...earlier.known].some((q) => !isBefore(q, last) && isConcurrent(q, r) && isDecided(now, r, q) && !isDecided(earlier, r, q)),
  )
}

/**
 * A later operation of a member from whom something took does not make that filtered, and give back what it took. Left out is a
 * device key under two accounts, which needs that key: with it one writes beside what the other account took, and so forks it. Who
 * forks its own device takes back what it wrote there (5.12), and the device is out; what others took is then effective as if it had
 * written neither.
 */
export function whatTookStays(growth: Growth): boolean {
  const { earlier, last, now } = growth
  if (!isMember(now, last.account)) return true
  const lost = [...earlier.effective].filter((taking) => !now.effective.has(taking) && taking.device !== last.device && takesFromAuthor(now, taking, last))
  const other = withoutFork(growth)
  const isLostAnyway = (taking: PlacedOperation): boolean => other !== undefined && other.known.has(taking) && !other.effective.has(taking)
  return lost.every((taking) => isWithout(now, taking, last) || isLostAnyway(taking)) || isDecisiveWord(growth)
}

/** Where a majority acknowledged over it what took from its author, it takes nothing from anybody. */
export function theTakenTakeNothing(growth: Growth): boolean {
  const { earlier, last, now, log } = growth
  const isOver = (taking: PlacedOperation): boolean =>
    isConcurrent(taking, last) &&
    takesFromAuthor(now, taking, last) &&
    isAimedAt(now.known, taking, last, now.before) &&
    isAcknowledgedByMajority(now.known, taking, last, log.viewOf)
  if (![...earlier.effective].some(isOver) || isForked(now, last) || isDecisiveWord(growth)) return true
  return members(earlier).every((person) => person === last.account || (isMember(now, person) && (!hasAdminRole(earlier, person) || hasAdminRole(now, person))))
}

/** What would hold if the author had written nothing where it forked its device, and nobody behind that; undefined: it did not. */
function withoutFork({ log, last, now }: Growth): View | undefined {
  const forked = [...now.known].filter((each) => each.device === last.device && each.account === last.account && each.previous === last.previous)
  const known = [...now.known].filter((each) => !forked.includes(each) && !forked.some((other) => isBefore(other, each)))
  return forked.length < 2 ? undefined : log.viewOf(new Set(known))
}

const isForked = ({ known }: View, { device, account }: PlacedOperation): boolean => {
  const own = [...known].filter((each) => each.device === device && each.account === account)
  return new Set(own.map(({ previous }) => previous)).size < own.length
}
