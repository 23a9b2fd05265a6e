/** Members agree on roster and epoch, once the world has healed (I3). */
import { GROUP, MEMBERSHIP_LOG, SEEN_REMOVAL, SELF, Transaction } from '@sotto/core/inside'
import type { Primitives } from '@sotto/crypto/primitives'
import { type MembershipLog, operationOf, recipients, resolve, type Roster, rosterFingerprint } from '@sotto/membership'
import { type AccountId, type DeviceId, fromBase64url, type OperationId, toBase64url } from '@sotto/wire'
import type { SimulatedPeer } from './simulated-peer.ts'

interface Hostile {
  readonly group: string
  readonly nowMs: number
  /** Devices of adversaries. */
  readonly hostile: ReadonlySet<string>
}

export function checkAgreement(
  world: { readonly group: string; readonly adversaries: readonly SimulatedPeer[]; readonly primitives: Primitives; readonly nowMs: number },
  reference: SimulatedPeer,
  honest: readonly SimulatedPeer[],
  violate: (what: string) => void,
): void {
  const { group, adversaries, primitives, nowMs } = world
  const logOf = (peer: SimulatedPeer): MembershipLog | undefined => new Transaction(peer.state).get(MEMBERSHIP_LOG, group)
  const hostile = new Set(adversaries.map(deviceOf))
  const areApart = honest.some((peer) => keepsApart(logOf(peer), nowMs, hostile)) || withholdFromEachOther({ group, nowMs, hostile }, honest)
  const fingerprint = (peer: SimulatedPeer): string => {
    const log = logOf(peer)
    if (log === undefined) return 'none'
    const roster = resolve(log)
    return toBase64url(rosterFingerprint(primitives, areApart ? withoutRekeyings(roster) : roster))
  }
  const epochOf = (peer: SimulatedPeer): string => {
    const epoch = new Transaction(peer.state).get(GROUP, group)?.epoch ?? null
    return epoch === null ? 'none' : toBase64url(epoch)
  }
  for (const peer of honest) {
    if (fingerprint(peer) !== fingerprint(reference)) violate(`I3: ${peer.name} and ${reference.name} have different rosters`)
    else if (!areApart && (epochOf(peer) !== epochOf(reference) || epochOf(peer) === 'none'))
      violate(`I3: ${peer.name} and ${reference.name} are in different epochs`)
  }
}

/**
 * Members that are kept apart begin one epoch after the other. Each rekey goes to those who are given its secret, and the others hear of
 * it minutes later, when they compare logs (PROTOCOL §6.4, §7.13). In all else their rosters are the same.
 */
const withoutRekeyings = (roster: Roster): Roster => ({ ...roster, rekeyings: [], rekeyNeededBy: [] })

/**
 * Whether removals by these devices, which wait for what comes before them, keep a member of this log from being given keys
 * (PROTOCOL §5.38). An admin that holds that back keeps members apart for a week, where it could also remove them.
 */
function keepsApart(log: MembershipLog | undefined, nowMs: number, by: ReadonlySet<string>): boolean {
  if (log === undefined) return false
  const waiting = [...log.orphans.values()].filter(({ operation: { unsigned } }) => unsigned.body.kind === 'remove')
  const isBy = (device: DeviceId): boolean => by.has(toBase64url(device))
  if (waiting.length === 0 || !waiting.every(({ operation: { unsigned } }) => isBy(unsigned.device))) return false
  return recipients(log, nowMs).length < resolve(log).members.flatMap(({ devices }) => devices).length
}

/**
 * Whether two members give each other no keys, and no third gives its own to both: each saw the other as removed by one of these
 * devices, before it heard what filtered that removal (PROTOCOL §5.38). An admin that forks its own chain keeps two members apart so,
 * until one is let in again.
 */
function withholdFromEachOther({ group, nowMs, hostile }: Hostile, honest: readonly SimulatedPeer[]): boolean {
  const withheld = new Map(honest.map((peer) => [peer, withheldBy(peer, { group, nowMs, hostile })]))
  const withholds = (from: SimulatedPeer, by: SimulatedPeer): boolean => withheld.get(by)?.has(deviceOf(from)) === true
  const isHelped = (a: SimulatedPeer, b: SimulatedPeer): boolean =>
    honest.some((third) => third !== a && third !== b && !withholds(a, third) && !withholds(b, third))
  return honest.some((a) => honest.some((b) => withholds(a, b) && withholds(b, a) && !isHelped(a, b)))
}

/** Devices of members that get no keys of this peer because of what it saw of these devices' removals, and would otherwise. */
function withheldBy(peer: SimulatedPeer, { group, nowMs, hostile }: Hostile): ReadonlySet<string> {
  const rows = new Transaction(peer.state)
  const log = rows.get(MEMBERSHIP_LOG, group)
  if (log === undefined) return new Set()
  const seen = rows
    .scan(SEEN_REMOVAL, group)
    .map(({ key }) => ({ account: fromBase64url(key[1] ?? '') as AccountId, removal: fromBase64url(key[2] ?? '') as OperationId }))
  const ofHostile = seen.filter(({ removal }) => hostile.has(toBase64url(operationOf(log, removal)?.unsigned.device ?? new Uint8Array())))
  const given = new Set(recipients(log, nowMs, ofHostile).map(toBase64url))
  return new Set(
    recipients(log, nowMs)
      .map(toBase64url)
      .filter((device) => !given.has(device)),
  )
}

const deviceOf = (peer: SimulatedPeer): string => toBase64url(new Transaction(peer.state).first(SELF)?.value.device ?? new Uint8Array())
