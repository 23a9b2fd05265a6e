/** Members agree on roster and epoch, once the world has healed (I3). */
import { GROUP, MEMBERSHIP_LOG, SELF, Transaction } from '@sotto/core/inside'
import type { Primitives } from '@sotto/crypto/primitives'
import { type MembershipLog, recipients, resolve, type Roster, rosterFingerprint } from '@sotto/membership'
import { type DeviceId, toBase64url } from '@sotto/wire'
import type { SimulatedPeer } from './simulated-peer.ts'

export function checkAgreement(
  world: { readonly group: string; readonly adversaries: readonly SimulatedPeer[]; readonly primitives: Primitives; readonly nowMs: number },
  reference: SimulatedPeer,
  honest: readonly SimulatedPeer[],
  violate: (what: string) => void,
): void {
  const { group, adversaries, primitives, nowMs } = world
  const logOf = (peer: SimulatedPeer): MembershipLog | undefined => new Transaction(peer.state).get(MEMBERSHIP_LOG, group)
  const hostile = new Set(adversaries.map((peer) => toBase64url(new Transaction(peer.state).first(SELF)?.value.device ?? new Uint8Array())))
  const areApart = honest.some((peer) => keepsApart(logOf(peer), nowMs, hostile))
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
