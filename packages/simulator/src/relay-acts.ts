/**
 * Admins change a group's relays, and one of several is lost for good. No check of a world is eased for it: what one relay had, the
 * other has, and members follow by themselves.
 *
 * I47, once the world has healed: present members use the relays that the log names.
 */
import { MEMBERSHIP_LOG, Transaction } from '@sotto/core/inside'
import { resolve } from '@sotto/membership'
import type { RelayEvent } from './relay-events.ts'
import type { SimulatedNetwork } from './simulated-network.ts'
import type { SimulatedPeer } from './simulated-peer.ts'

type Of = { readonly network: SimulatedNetwork; readonly group: string }

const relaysOf = (peer: SimulatedPeer, group: string): readonly string[] =>
  peer
    .view()
    .groups.find(({ id, state }) => id === group && state === 'member')
    ?.relays.map(({ address }) => address) ?? []

/** An admin changes the list. It keeps two, so that whichever is lost, one is left. Returns whether it did. */
export function changeRelays({ network, group }: Of, peer: SimulatedPeer, { add, drop }: Extract<RelayEvent, { kind: 'changeRelays' }>): boolean {
  const before = relaysOf(peer, group)
  const [added, dropped] = [network.relays[add]?.address, drop === null ? undefined : network.relays[drop]?.address]
  const after = [...new Set([...before, ...(added === undefined ? [] : [added])])].filter((each) => each !== dropped)
  const isAllowed = peer.view().groups.find(({ id }) => id === group)?.may.setRelays === true
  if (!isAllowed || after.length < 2 || after.join() === before.join()) return false
  peer.request({ kind: 'setRelays', group, relays: after })
  return true
}

/** Whether a relay may be lost: every member, also one that is off, knows another that is there. */
export function mayBeLost({ network, group }: Of, relay: number, peers: readonly SimulatedPeer[]): boolean {
  const there = network.relays.flatMap(({ address, isDead }, i) => (isDead || i === relay ? [] : [address]))
  return there.length > 0 && peers.every((peer) => relaysOf(peer, group).length === 0 || relaysOf(peer, group).some((each) => there.includes(each)))
}

/** I47. */
export function checkRelays(peers: readonly SimulatedPeer[], group: string, violate: (what: string) => void): void {
  for (const peer of peers) {
    const log = new Transaction(peer.state).get(MEMBERSHIP_LOG, group)
    const named = log === undefined ? null : resolve(log).relays
    const used = relaysOf(peer, group)
    if (named !== null && used.length > 0 && named.join() !== used.join())
      violate(`I47: ${peer.name} uses the relays ${used.join(', ')}, and the log names ${named.join(', ')}`)
  }
}
