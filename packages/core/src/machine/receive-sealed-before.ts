/** The admitting device says what it had at our admission. What that changes is shown. */
import type { SealedBefore } from '../groups/control-messages/sealed-before.ts'
import { logOf } from '../groups/group-log.ts'
import { touch } from '../groups/group-row.ts'
import { noteSealedBefore } from '../groups/sealed-before.ts'
import { selfOf } from '../identity/profile.ts'
import type { Context } from '../state/context.ts'
import { type Sender, textOf } from '../state/names.ts'

export function receiveSealedBefore(context: Context, from: Sender, said: SealedBefore): void {
  const group = textOf(said.group)
  if (noteSealedBefore(context.transaction, logOf(context, group), selfOf(context).device, from.device, said)) touch(context, group)
}
