/** Bytes that look like letters, to every connected peer: each is tried before it is known to be nothing. */
import { peerFrame } from '@sotto/core/inside'
import { encode, ladderLength } from '@sotto/wire'
import type { Adversary } from './adversary.ts'

const LETTERS = 60

export function floodLetters(by: Adversary): void {
  for (const peer of by.network.peersOf(by.peer)) {
    for (let i = 0; i < LETTERS; i++) {
      const record = by.random.bytes(ladderLength(by.random.between(200, 3_000)))
      record[0] = by.random.pick([1, 2])
      by.network.perform(by.peer, { kind: 'sendPeerFrame', peer, frame: encode(peerFrame, { kind: 'letter', record }) })
    }
  }
}
