/** What those that are in the group no more know of its current epoch, once the world has healed (I6). */
import { GROUP, MEMBERSHIP_LOG, SELF, Transaction } from '@sotto/core/inside'
import { admissionsOf, type MembershipLog, operationOf, resolve, type Roster } from '@sotto/membership'
import { equalBytes, toBase64url } from '@sotto/wire'
import type { Ledger } from './ledger.ts'
import type { SimulatedPeer } from './simulated-peer.ts'

interface World {
  readonly peers: readonly SimulatedPeer[]
  readonly adversaries: readonly SimulatedPeer[]
  readonly group: string
  readonly ledger: Pick<Ledger, 'secretsOf'>
  /** Peers whose disks lost what they had acknowledged. */
  readonly forgetful: ReadonlySet<SimulatedPeer>
  /** No relay lied or lost its disk. */
  readonly isRelayTrue: boolean
}

/** `roster`: that of the members. */
export function checkSecrets(world: World, roster: Roster, violate: (what: string) => void): void {
  const isUnknown = (peer: SimulatedPeer): boolean => isUnheardOf(world, peer) && (isAdmissionForgotten(world, peer) || isAdmissionKeptBack(world, peer))
  const out = world.peers.filter((peer) => !roster.isMember(selfOf(peer).account) && !isUnknown(peer))
  const pooled = new Set(out.flatMap((peer) => [...(world.ledger.secretsOf.get(peer) ?? [])]))
  // Nothing is sealed in such an epoch: the next sender begins another.
  if (roster.rekeyNeeded || roster.conflictingRekeys) return
  const isKnown = roster.rekeyings.length > 0 && roster.rekeyings.every((id) => pooled.has(toBase64url(id)))
  if (isKnown) violate('I6: removed and departed members know every secret of the current epoch')
}

/** Whether no member has an admission of this peer. One that does not know that it is out is a member that heard of it. */
function isUnheardOf({ peers, group }: World, peer: SimulatedPeer): boolean {
  const { device } = selfOf(peer)
  const hasAdmission = (each: SimulatedPeer): boolean => {
    const log = logOf(each, group)
    return log !== undefined && admissionsOf(log, device).length > 0
  }
  return hasAdmission(peer) && !peers.some((each) => isMember(each, group) && hasAdmission(each))
}

/**
 * Whether an honest peer was let in by a device whose disk forgot that, before any member kept it. That device signed another operation
 * in the same place later. This peer, which has both, sees the fork and is out; members have one, and no reason for a rekey: nothing
 * that they have names the peer.
 */
function isAdmissionForgotten({ adversaries, group, forgetful }: World, peer: SimulatedPeer): boolean {
  const log = logOf(peer, group)
  if (log === undefined || adversaries.includes(peer)) return false
  const roster = resolve(log)
  const forked = [...forgetful].map(selfOf).filter((each) => roster.isMember(each.account) && roster.deviceOf(each.device) === undefined)
  const forkedDevices = new Set(forked.map((each) => toBase64url(each.device)))
  return admittersOf(log, peer).every(({ device }) => forkedDevices.has(toBase64url(device)))
}

/**
 * Whether a relay kept back from the members that this peer was let in, and who let it in is out as well and answers nobody: an admin
 * that was removed may have removed it beside that (PROTOCOL §5.4). Members that nobody is left to tell go on in the epoch they know.
 */
function isAdmissionKeptBack({ peers, group, isRelayTrue }: World, peer: SimulatedPeer): boolean {
  const log = logOf(peer, group)
  if (log === undefined || isRelayTrue) return false
  return admittersOf(log, peer).every(({ account }) => peers.some((each) => equalBytes(selfOf(each).account, account) && !isMember(each, group)))
}

const admittersOf = (log: MembershipLog, peer: SimulatedPeer) => admissionsOf(log, selfOf(peer).device).flatMap((id) => operationOf(log, id)?.unsigned ?? [])

const isMember = (peer: SimulatedPeer, group: string): boolean => new Transaction(peer.state).get(GROUP, group)?.state === 'member'

const logOf = (peer: SimulatedPeer, group: string): MembershipLog | undefined => new Transaction(peer.state).get(MEMBERSHIP_LOG, group)

function selfOf(peer: SimulatedPeer) {
  const self = new Transaction(peer.state).first(SELF)?.value
  if (self === undefined) throw new TypeError(`${peer.name} has no profile`)
  return self
}
