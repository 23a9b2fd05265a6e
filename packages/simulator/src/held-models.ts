/** The models' properties in a world that has healed: of the log that came about there, and of the secrets that came to peers (I26, I28). */
import { MEMBERSHIP_LOG, SELF, Transaction } from '@sotto/core/inside'
import type { Primitives } from '@sotto/crypto/primitives'
import { holdProperties } from '@sotto/membership/oracle'
import { fromBase64url, toHex } from '@sotto/wire'
import type { Ledger } from './ledger.ts'
import type { SimulatedPeer } from './simulated-peer.ts'

/** The union of what honest peers have, in the group or not: a log of those that were cut off is one too. */
export function checkModels(
  world: {
    readonly peers: readonly SimulatedPeer[]
    readonly adversaries: readonly SimulatedPeer[]
    readonly group: string
    readonly ledger: Ledger
    readonly primitives: Primitives
  },
  violate: (what: string) => void,
): void {
  const { peers, adversaries, group, ledger, primitives } = world
  const logs = peers.flatMap((peer) => (adversaries.includes(peer) ? [] : (new Transaction(peer.state).get(MEMBERSHIP_LOG, group) ?? [])))
  const { broken, handed } = holdProperties(primitives, logs)
  for (const each of broken) violate(`I26: the log breaks ${each}`)
  for (const [peer, operations] of ledger.secretsOf) {
    const device = new Transaction(peer.state).first(SELF)?.value.device
    if (device === undefined) continue
    const isHanded = (operation: string): boolean => handed.get(toHex(fromBase64url(operation) ?? device))?.has(toHex(device)) !== false
    if (![...operations].every(isHanded)) violate(`I28: ${peer.name} has a secret, and was no member where it was handed out`)
  }
}
