/** Who may read, and who may still take something: checked against the log, once the world has healed (I12, I19, I21, I22). */
import { hasAll, type MembershipLog, resolveAt, type Roster } from '@sotto/membership'
import { type OperationId, toBase64url } from '@sotto/wire'
import type { Ledger } from './ledger.ts'
import type { SimulatedPeer } from './simulated-peer.ts'

/** Against the log and not against what the author kept: the right to read follows from the roster at its frontier alone. */
export function checkRecipients(
  { ledger, adversaries }: { readonly ledger: Ledger; readonly adversaries: readonly SimulatedPeer[] },
  log: MembershipLog | undefined,
  violate: (what: string) => void,
): void {
  if (log === undefined) return
  const devices = new Map<string, ReadonlySet<string>>()
  for (const { text, author, frontier, recipients } of ledger.sealed.values()) {
    if (adversaries.includes(author) || !hasAll(log, frontier)) continue
    const key = frontier.map(toBase64url).join(' ')
    const entitled = devices.get(key) ?? new Set(resolveAt(log, frontier).members.flatMap((member) => member.devices.map(({ device }) => toBase64url(device))))
    devices.set(key, entitled)
    if (![...recipients].every((device) => entitled.has(device)))
      violate(`I19: “${text}” was sealed for a device that was no member's where its author saw the log`)
  }
}

export function checkLateActs({ lateOperations }: { readonly lateOperations: ReadonlySet<string> }, roster: Roster, violate: (what: string) => void): void {
  const isLate = (id: OperationId): boolean => lateOperations.has(toBase64url(id))
  for (const { operation } of roster.departed) if (isLate(operation)) violate('I21: a member is out by what an adversary signed too late')
  if (roster.rekeyings.some(isLate)) violate('I21: the epoch rests on what an adversary signed too late')
  if (roster.openInvites.some(({ id }) => isLate(id))) violate('I21: an invite is open that an adversary signed too late')
}

export function checkAddresses(
  { adversaries, claimedInboxes }: { readonly adversaries: readonly SimulatedPeer[]; readonly claimedInboxes: ReadonlySet<string> },
  roster: Roster,
  violate: (what: string) => void,
): void {
  const own = new Set(adversaries.map((peer) => peer.view().self?.account ?? ''))
  for (const { account, devices } of roster.members)
    if (!own.has(toBase64url(account)) && devices.some(({ inbox }) => claimedInboxes.has(toBase64url(inbox.readKey))))
      violate('I22: a member is reached where an adversary said, or is one that it made up')
}

export function checkEpochs(
  { ledger, adversaries }: { readonly ledger: Ledger; readonly adversaries: readonly SimulatedPeer[] },
  log: MembershipLog | undefined,
  violate: (what: string) => void,
): void {
  if (log === undefined) return
  const wrong = new Map<string, boolean>()
  for (const { text, author, frontier } of ledger.sealed.values()) {
    if (adversaries.includes(author) || !hasAll(log, frontier)) continue
    const key = frontier.map(toBase64url).join(' ')
    if (!wrong.has(key)) {
      const then = resolveAt(log, frontier)
      wrong.set(key, then.conflictingRekeys || then.rekeyNeeded)
    }
    if (wrong.get(key) === true) violate(`I12: “${text}” was sealed where ${author.name} had to begin a new epoch first`)
  }
}
