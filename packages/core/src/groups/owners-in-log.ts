/** Every device that a membership log ever named, with its account: whose messages may turn up in the group. */
import { type MembershipLog, operationsInCausalOrder } from '@sotto/membership'
import { type Owned, textOf } from '../state/names.ts'

/** A log never changes: adding to it makes another. */
const ownersOf = new WeakMap<MembershipLog, ReadonlyMap<string, Owned>>()

/**
 * Whoever was let in and turned out not to have been may have written meanwhile, and members that did not know better
 * have read it: their devices have to be known, for what they wrote to be vouched for, or shown as closed.
 */
export function ownersInLog(log: MembershipLog): ReadonlyMap<string, Owned> {
  const known = ownersOf.get(log)
  if (known !== undefined) return known
  const owners = new Map<string, Owned>()
  for (const { unsigned } of operationsInCausalOrder(log)) {
    const entry = 'member' in unsigned.body ? unsigned.body.member : 'founder' in unsigned.body ? unsigned.body.founder : undefined
    if (entry === undefined) continue
    const { account, devices } = entry.list.body
    for (const { body } of devices) if (!owners.has(textOf(body.device))) owners.set(textOf(body.device), { device: body.device, account })
  }
  ownersOf.set(log, owners)
  return owners
}
