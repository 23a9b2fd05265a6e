/**
 * The group ciphers of this version, and their control messages. A new one is a folder beside `sender-keys` and a line in
 * each of these lists (PROTOCOL §4). No other file names a cipher.
 */
import type { GroupCipher } from '../cipher/group-cipher.ts'
import { senderKeyMessages } from '../cipher/sender-keys/control-messages.ts'
import { senderKeys } from '../cipher/sender-keys/sender-keys.ts'
import { deliver } from '../messages/receive.ts'

export const GROUP_CIPHERS: readonly GroupCipher[] = [senderKeys]

export const CIPHER_MESSAGES = [...senderKeyMessages((context, opened) => deliver(context, opened, true))]
