import { type EnvelopeHash, LIMITS } from '@sotto/wire'
import { touch } from '../../groups/group-row.ts'
import type { Context } from '../../state/context.ts'
import { textOf } from '../../state/names.ts'
import { type Undecryptable, UNDECRYPTABLE } from '../../state/tables/cipher.ts'
import { putUndecryptable } from '../undecryptable.ts'
import { askLater } from './gaps.ts'

/** Whether what became of a message stays so when it comes again: asking was in vain. */
const isFinal = (known: Undecryptable['cause'], now: Undecryptable['cause']): boolean =>
  (known === 'keyDestroyed' || known === 'senderUnreachable') && (now === 'keyNotYetReceived' || now === 'fromBeforeYouJoined')

/** Keeps an undecryptable message until what it waits for comes, if there is room. */
export function keepUndecryptable(context: Context, group: string, hash: EnvelopeHash, undecryptable: Undecryptable): undefined {
  const known = context.transaction.get(UNDECRYPTABLE, group, textOf(hash))
  if (known !== undefined && (known.cause === undecryptable.cause || isFinal(known.cause, undecryptable.cause))) return undefined
  if (!putUndecryptable(context, group, textOf(hash), { ...undecryptable, atMs: known?.atMs ?? undecryptable.atMs })) return undefined
  touch(context, group)
  // If it is from before the key that we were handed, its owner knows whether it was meant for us, and says so if not.
  if (undecryptable.cause === 'operationsMissing' || undecryptable.cause === 'damaged' || undecryptable.cause === 'keyDestroyed') return undefined
  // The distribution usually follows soon, so a little later is early enough to ask.
  askLater(context, [group, textOf(undecryptable.epoch), textOf(undecryptable.device), String(undecryptable.keyId)], LIMITS.keyRequestAfterMs)
  return undefined
}
