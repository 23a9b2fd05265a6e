/**
 * What devices said before the log that we have names them (PROTOCOL §7): it waits for the operation that does. Anybody
 * who can write to us may say such things.
 */
import { decode, type DeviceId, encode, type LetterBody, letterBody } from '@sotto/wire'
import { bytesOf, type Context, nextNumber, textOf } from './context.ts'
import type { Sender } from './key-repair.ts'
import { sortable } from './table.ts'
import { PENDING_BODY } from './tables.ts'

/** Most bodies that wait for their sender to appear in a roster, of one device in one group. A guess. */
const PENDING_BODIES = 32

export function keepPending(context: Context, from: Sender, group: string, body: LetterBody): void {
  if (context.draft.scan(PENDING_BODY, group, textOf(from.device)).length >= PENDING_BODIES) return
  context.draft.put(PENDING_BODY, [group, textOf(from.device), sortable(nextNumber(context))], {
    account: from.account,
    body: encode(letterBody, body),
    atMs: context.nowMs,
  })
}

/** Bodies of one kind that were said of a group, by whom, and still wait. */
export function pendingOf<K extends LetterBody['kind']>(context: Context, group: string, kind: K): readonly Pending<K>[] {
  return context.draft.scan(PENDING_BODY, group).flatMap(({ key, value }) => {
    const body = decode(letterBody, value.body)
    return body?.kind === kind ? [{ key, from: { account: value.account, device: bytesOf<DeviceId>(key[1] ?? '') }, body: body as Pending<K>['body'] }] : []
  })
}

interface Pending<K extends LetterBody['kind']> {
  readonly key: readonly string[]
  readonly from: Sender
  readonly body: Extract<LetterBody, { readonly kind: K }>
}
