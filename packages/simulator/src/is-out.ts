/** Who may be counted on to be no member for any honest peer: what adversaries ask before they act as removed ones. */
import { isNamed, knows, stateIn } from './invariants.ts'
import type { SimulatedPeer } from './simulated-peer.ts'

/**
 * Whether no honest peer counts a device as a member's, or will before it hears that it is out. One that was away has yet to hear that
 * the device was let in: it hears that first, and believes the device until it hears the rest.
 */
export function isOut(honest: readonly SimulatedPeer[], group: string, whom: SimulatedPeer): boolean {
  const wasIn = honest.some((peer) => isNamed(peer, group, whom))
  const members = honest.filter((peer) => stateIn(peer, group) === 'member')
  return members.every((peer) => !knows(peer, group, whom) && (!wasIn || isNamed(peer, group, whom)))
}
