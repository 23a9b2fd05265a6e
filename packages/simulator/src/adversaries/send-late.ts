/** After its removal is known: continues to write under the keys it kept, into the mailbox and the topic that it knows. */
import { deriveEpochKeys, sealMessage } from '@sotto/crypto'
import { content } from '@sotto/core/inside'
import { encode, toBase64url } from '@sotto/wire'
import type { Adversary } from './adversary.ts'
import { replay } from './replay.ts'

/** The beginning of every message that an adversary seals under keys that it should no longer have. No peer may ever show one. */
export const LATE = 'late from'

export function sendLate(by: Adversary, group: string): void {
  if (by.kept === null || !by.isRemoved) return replay(by, group)
  const keys = deriveEpochKeys(by.primitives, by.kept.epochSecret)
  let { own } = by.kept
  for (let i = 0; i < 5; i++) {
    const plaintext = encode(content, {
      timeMs: by.nowMs(),
      counter: i,
      leadMs: null,
      seen: [],
      before: null,
      again: null,
      heads: null,
      body: { kind: 'text', text: `${LATE} ${by.peer.name} ${by.nextNumber()}`, mentions: [] },
    })
    const sealed = sealMessage(by.primitives, keys, own, plaintext)
    own = sealed.key
    by.appendUnder(group, keys, sealed.envelope)
    by.network.perform(by.peer, { kind: 'publish', topic: toBase64url(keys.topic), data: sealed.envelope })
  }
  by.kept = { ...by.kept, own }
}
