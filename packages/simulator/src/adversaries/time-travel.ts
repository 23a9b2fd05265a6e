/** A member writes a message that is dated in the last year that a date can have. */
import { sealMessage } from '@sotto/crypto'
import { content, OWN_KEY } from '@sotto/core/inside'
import { encode, toBase64url } from '@sotto/wire'
import { epochKeysOf } from '../peer-knowledge.ts'
import type { Adversary } from './adversary.ts'

/** The beginning of every message from the future. Those, and what follows them, may be in different places on two screens. */
export const TRAVELLED = 'travelled from'

const LAST_MS = 2 ** 48 - 1

export function timeTravel(by: Adversary, group: string): void {
  const keys = epochKeysOf(by.peer, by.primitives, group)
  const own = by.transaction().get(OWN_KEY, group)
  if (keys === undefined || own === undefined) return
  const header = { timeMs: LAST_MS, counter: 65_535, leadMs: by.random.pick([null, 0, 2 ** 32 - 1]), seen: [], before: null, again: null, heads: null }
  const text = `${TRAVELLED} ${by.peer.name} ${by.nextNumber()}`
  const sealed = sealMessage(by.primitives, keys, own.key, encode(content, { ...header, body: { kind: 'text', text, mentions: [] } }))
  by.peer.tamper((transaction) => transaction.put(OWN_KEY, [group], { ...own, key: sealed.key }))
  by.appendUnder(group, keys, sealed.envelope)
  by.network.perform(by.peer, { kind: 'publish', topic: toBase64url(keys.topic), data: sealed.envelope })
}
