/**
 * Answers a member's device that cannot open messages of ours. It gets the contents that it was meant to read, with what opens
 * the next ones where the cipher has that, and is refused the rest (PROTOCOL §3, §13.27).
 */
import { operationsInCausalOrder } from '@sotto/membership'
import { difference, NOTHING, numbersOf, unite } from '@sotto/sync'
import { equalBytes, LIMITS, type Ranges } from '@sotto/wire'
import { logOf } from '../../groups/group-log.ts'
import { currentEpoch } from '../../groups/group-row.ts'
import { isRecipient } from '../../groups/recipients.ts'
import { selfOf } from '../../identity/profile.ts'
import { isUnheard } from '../../sessions/session-setup.ts'
import type { Context } from '../../state/context.ts'
import { type Sender, textOf } from '../../state/names.ts'
import { KEY_RECIPIENT } from '../../state/tables/repair.ts'
import { CONTACT } from '../../state/tables/sessions.ts'
import type { KeyRequest } from './control-messages/key-request.ts'
import { resendsOf, withResent } from './key-recipients.ts'
import { readForResend } from './resends.ts'

/** What differs between ciphers. */
export interface Answering {
  /** Our key of now in the group: its number, and how many messages it has; undefined: there is none. */
  readonly own: { readonly epoch: Uint8Array; readonly keyId: number; readonly next: number } | undefined
  /** Hands over our key of now. */
  readonly handOver: () => void
  /** Says that nothing of what was asked for will come: it was not meant for that device, or is no longer here. */
  readonly nothing: (why: 'refused' | 'gone', iterations: Ranges) => void
}

/** Whether this account left or was removed once: its keys of then were forgotten with that. */
function wasOut(context: Context, group: string): boolean {
  const { account: own } = selfOf(context)
  return operationsInCausalOrder(logOf(context, group)).some(
    ({ unsigned: { account, body } }) => (body.kind === 'leave' && equalBytes(account, own)) || (body.kind === 'remove' && equalBytes(body.account, own)),
  )
}

/** We rotate before these iterations. They bound what can be asked for under one key. */
const NEVER_SEALED: Ranges = [{ from: LIMITS.rotateAfterMessages, to: 2 ** 16 - 1 }]

/** A device asks for envelopes of ours that it cannot open. */
export function answerKeyRequest(context: Context, from: Sender, body: KeyRequest, { own, handOver, nothing }: Answering): void {
  const group = textOf(body.group)
  const epoch = textOf(body.epoch)
  const { keyId } = body
  const name = [group, epoch, String(keyId), textOf(from.device)]
  const keyRecipient = context.transaction.get(KEY_RECIPIENT, ...name)
  if (!isRecipient(context, group, from.device)) return
  if (keyRecipient === undefined) {
    // The key was never meant for it, as for a new member that sees what was sent before it joined, or there is no such key.
    const isKnown = context.transaction.first(KEY_RECIPIENT, group, epoch, String(keyId)) !== undefined
    return nothing(isKnown || !wasOut(context, group) ? 'refused' : 'gone', body.iterations)
  }
  const notMeant = keyRecipient.fromIteration === 0 ? NOTHING : [{ from: 0, to: keyRecipient.fromIteration - 1 }]
  const isCurrent = own !== undefined && textOf(own.epoch) === epoch && own.keyId === keyId && currentEpoch(context, group) === epoch
  // A device that lost the key does not know what it missed with it, and the present key does not show that.
  const unasked = isCurrent && !keyRecipient.acknowledged && own.next > 0 ? [{ from: 0, to: own.next - 1 }] : NOTHING
  const meant = difference(unite(body.iterations, unasked), unite(unite(notMeant, keyRecipient.opened), NEVER_SEALED))
  // A device that may have nothing of what it asks gets no key: this is not counted, and a key is larger than a request.
  if (meant.length === 0) return nothing('refused', body.iterations)
  // What went into a session without any answer may not have been read. A new session is opened for it, and it does not count.
  const contact = context.transaction.get(CONTACT, textOf(from.device))
  const isHeard = contact === undefined || !isUnheard(context, contact)
  const isSpent = (iteration: number): boolean => isHeard && resendsOf(keyRecipient, iteration) >= LIMITS.resendsPerMessage - 1
  const wanted: number[] = []
  for (const each of numbersOf(meant)) {
    if (wanted.length >= LIMITS.resendsPerLetter) break
    if (!isSpent(each)) wanted.push(each)
  }
  if (wanted.length === 0) return
  context.transaction.put(KEY_RECIPIENT, name, withResent(keyRecipient, wanted, 'asked'))
  if (isCurrent) handOver()
  const refused = difference(body.iterations, meant)
  readForResend(context, { group, epoch, keyId, device: textOf(from.device), wanted, refused })
}
