/** Every device that a membership log ever named, with its account: messages of any of them may appear in the group. */
import { type MembershipLog, operationsInCausalOrder } from '@sotto/membership'
import { type Owned, textOf } from '../state/names.ts'

/** Cached by log, as a log never changes: adding an operation makes a new one. */
const ownersOf = new WeakMap<MembershipLog, ReadonlyMap<string, Owned>>()

/**
 * A device whose admission was filtered later may have written meanwhile, and members that did not know have read it. Such
 * devices must be known, so that their messages can be attested or shown as closed.
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
