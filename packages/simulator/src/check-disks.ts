/** What a peer has on its disk: what it has in memory, in the right places, and of nobody more than a share. */
import { GROUP, JOIN, LAST_STEP, Transaction } from '@sotto/core/inside'
import type { Primitives } from '@sotto/crypto/primitives'
import { differencesFromDisk, misplacedRows, tablesThatName } from './memory-and-disk.ts'
import { overShares } from './shares/table-shares.ts'
import type { SimulatedPeer } from './simulated-peer.ts'

/** A peer with a changed program may hold in memory what it likes. */
export function checkDisks(
  {
    peers,
    adversaries,
    primitives,
    group,
  }: {
    readonly peers: readonly SimulatedPeer[]
    readonly adversaries: readonly SimulatedPeer[]
    readonly primitives: Primitives
    readonly group: string
  },
  violate: (what: string) => void,
): void {
  for (const peer of peers) {
    // One that has its rows and did not take its first step has nothing that follows from them yet.
    const isStarted = new Transaction(peer.state).get(LAST_STEP, 'self') !== undefined
    if (!peer.alive || !isStarted || adversaries.includes(peer)) continue
    for (const each of differencesFromDisk(peer, primitives).slice(0, 3)) violate(`I16: of ${peer.name}, ${each}`)
    for (const each of misplacedRows(peer.state, group).slice(0, 3)) violate(`I17: of ${peer.name}, ${each}`)
    for (const each of overShares(peer.state).slice(0, 3)) violate(`I24: of ${peer.name}, ${each}`)
    const transaction = new Transaction(peer.state)
    if (transaction.get(GROUP, group) !== undefined || transaction.get(JOIN, group) !== undefined) continue
    for (const each of tablesThatName(peer.state, group)) violate(`I17: ${peer.name} has no such group, and rows of it in ${each}`)
  }
}
