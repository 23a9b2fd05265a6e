/** Who may read, and who may still take something: checked against the log, once the world has healed (I12, I19, I21, I22, I25). */
import { SELF, Transaction } from '@sotto/core/inside'
import type { Primitives } from '@sotto/crypto/primitives'
import { hasAll, isAncestor, type MembershipLog, operationIdOf, operationOf, operationsInCausalOrder, resolveAt, type Roster } from '@sotto/membership'
import { type OperationId, toBase64url } from '@sotto/wire'
import type { Reader } from './adversaries/reader.ts'
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

/** What adversaries said of where others are reached, and whom they made up. */
export interface Claims {
  readonly adversaries: readonly SimulatedPeer[]
  /** Read keys of inboxes that adversaries claimed for others. */
  readonly claimedInboxes: ReadonlySet<string>
  /** Accounts of people that adversaries made up, each with the adversary. */
  readonly madeUp: ReadonlyMap<string, SimulatedPeer>
  readonly primitives: Primitives
}

export function checkAddresses(
  { adversaries, claimedInboxes, madeUp, primitives }: Claims,
  log: MembershipLog | undefined,
  roster: Roster,
  violate: (what: string) => void,
): void {
  const own = new Set(adversaries.map((peer) => peer.view().self?.account ?? ''))
  // A member may let in whom it likes, also a person that it is itself.
  const isLetInByOwn = (admission: OperationId): boolean => {
    const author = log === undefined ? undefined : operationOf(log, admission)?.unsigned.account
    return author !== undefined && own.has(toBase64url(author))
  }
  const isByNewLink = (account: string, admission: OperationId): boolean => {
    const author = madeUp.get(account)?.view().self?.account
    return log !== undefined && author !== undefined && isInviteNewer(primitives, log, admission, author)
  }
  // One whose only device is in two hands is a member that can do nothing, and closes no link by that (PROTOCOL §5.13, §5.34).
  const isByOneWithoutDevices = (account: string): boolean => {
    const author = madeUp.get(account)?.view().self?.account
    return roster.members.some((member) => toBase64url(member.account) === author && member.devices.length === 0)
  }
  for (const { account, devices } of roster.members) {
    const name = toBase64url(account)
    const isExcused = (admission: OperationId): boolean => isLetInByOwn(admission) || isByNewLink(name, admission) || isByOneWithoutDevices(name)
    if (!own.has(name) && devices.some(({ inbox, admittedBy }) => claimedInboxes.has(toBase64url(inbox.readKey)) && !isExcused(admittedBy)))
      violate('I22: a member is reached where an adversary said, or is one that it made up')
  }
}

/**
 * Whether the invite of an admission was made behind every departure of this account, but those that came after the admission. The
 * account had left or was removed, was given a new link, and may pass it on like anyone. Its older links are closed.
 */
function isInviteNewer(primitives: Primitives, log: MembershipLog, admission: OperationId, account: string): boolean {
  const body = operationOf(log, admission)?.unsigned.body
  const invite = body?.kind === 'admit' ? body.invite : null
  if (invite === null) return false
  const departures = operationsInCausalOrder(log).flatMap(({ unsigned }) => {
    const isOut = unsigned.body.kind === 'leave' || unsigned.body.kind === 'remove'
    const whose = unsigned.body.kind === 'remove' ? unsigned.body.account : unsigned.account
    return isOut && toBase64url(whose) === account ? [operationIdOf(primitives, unsigned)] : []
  })
  const before = departures.filter((departure) => !isAncestor(log, admission, departure))
  return before.length > 0 && before.every((departure) => isAncestor(log, departure, invite))
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

/** Records that were shown to an adversary by a relay that it works with. */
export interface Shown {
  readonly to: SimulatedPeer
  readonly reader: Reader
  readonly records: readonly Uint8Array[]
}

/** It opens nothing that was not sealed for it. How many it opens. */
export function checkShown(
  { ledger, primitives }: { readonly ledger: Ledger; readonly primitives: Primitives },
  { to, reader, records }: Shown,
  violate: (what: string) => void,
): number {
  const device = new Transaction(to.state).first(SELF)?.value.device
  const opened = new Map(records.flatMap((record) => (reader.opens(record) ? [[toBase64url(primitives.sha256(record)), record] as const] : [])))
  for (const hash of opened.keys()) {
    const sealed = ledger.sealed.get(hash)
    if (sealed === undefined || sealed.author === to || (device !== undefined && sealed.recipients.has(toBase64url(device)))) continue
    violate(`I25: a relay shows ${to.name} “${sealed.text}”, which it opens and which was not sealed for it`)
  }
  return opened.size
}
