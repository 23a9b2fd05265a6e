/** Seals a message under our sending key, and keeps it for members that cannot open it (PROTOCOL §3). */
import { ownContext, sealMessage } from '@sotto/crypto'
import { type EnvelopeHash, equalBytes } from '@sotto/wire'
import { selfOf } from '../../identity/profile.ts'
import { flushLetters } from '../../sessions/control-queue.ts'
import type { Context } from '../../state/context.ts'
import { EPOCH_KEYS } from '../../state/tables/groups.ts'
import { OWN_KEY } from '../../state/tables/sender-keys.ts'
import { frontierOf } from '../frontier.ts'
import type { CipherHeader, SealedMessage } from '../group-cipher.ts'
import { keepForResend } from '../repair/resends.ts'
import { readyKey } from './own-key.ts'
import { encodeResend } from './resends.ts'

export function seal(
  context: Context,
  group: string,
  epoch: string,
  encode: (header: CipherHeader) => Uint8Array,
  kept: { readonly under?: string },
): SealedMessage | undefined {
  const keys = context.transaction.get(EPOCH_KEYS, group, epoch)
  if (keys === undefined) return undefined
  const { primitives } = context.provider
  const own = readyKey(context, group, epoch)
  // The key must leave before what it seals.
  flushLetters(context)
  const { keyId, frontier } = ownContext(own.key)
  const now = frontierOf(context, group)
  const hasMoved = now.length !== frontier.length || now.some((head, i) => !equalBytes(head, frontier[i] ?? new Uint8Array()))
  const plaintext = encode({ before: own.key.iteration === 0 ? own.before : null, heads: hasMoved ? now : null })
  const sealed = sealMessage(primitives, { headerKey: keys.headerKey, tagKey: keys.tagKey }, own.key, plaintext)
  context.transaction.put(OWN_KEY, [group], { ...own, key: sealed.key })
  const place = { group, epoch, device: selfOf(context).device, keyId, iteration: sealed.iteration }
  keepForResend(context, place, encodeResend(sealed.iteration, sealed.envelope, sealed.opening), kept)
  return { place, frontier: now, hash: primitives.sha256(sealed.envelope) as EnvelopeHash, envelope: sealed.envelope }
}
