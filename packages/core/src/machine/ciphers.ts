/**
 * The group ciphers of this version, and their control messages. A new one is a folder beside `sender-keys` and a line in
 * each of these lists (PROTOCOL §4). No other file names a cipher.
 */
import type { GroupId } from '@sotto/wire'
import { cipherOf, type GroupCipher } from '../cipher/group-cipher.ts'
import { pairwiseMessages } from '../cipher/pairwise/control-messages.ts'
import { pairwise } from '../cipher/pairwise/pairwise.ts'
import { repairMessages } from '../cipher/repair/control-messages.ts'
import { senderKeyMessages } from '../cipher/sender-keys/control-messages.ts'
import { senderKeys } from '../cipher/sender-keys/sender-keys.ts'
import { deliver } from '../messages/receive.ts'
import { isGone } from '../messages/waiting-texts.ts'
import type { Heard } from '../sessions/control-message.ts'
import type { Context } from '../state/context.ts'
import { type Sender, textOf } from '../state/names.ts'

export const GROUP_CIPHERS: readonly GroupCipher[] = [senderKeys, pairwise]

export const CIPHER_MESSAGES = [
  ...repairMessages,
  ...ofCipher(
    senderKeys,
    senderKeyMessages((context, opened) => deliver(context, opened, true)),
  ),
  ...ofCipher(
    pairwise,
    pairwiseMessages((context, opened) => deliver(context, opened, false), isGone),
  ),
]

/** A cipher's messages are heard in groups that have it, and nowhere else. */
function ofCipher<H extends Heard>({ name }: GroupCipher, messages: readonly H[]): readonly H[] {
  return messages.map((each) => ({
    ...each,
    hear: (context: Context, from: Sender, fields: unknown): void => {
      // All of them name their group.
      if (cipherOf(context, textOf((fields as { readonly group: GroupId }).group)).name === name) each.hear(context, from, fields)
    },
  }))
}
