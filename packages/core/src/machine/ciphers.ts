/** The group ciphers of this version. A new one is a folder beside `sender-keys` and a line here (PROTOCOL §4). */
import type { GroupCipher } from '../cipher/group-cipher.ts'
import { senderKeys } from '../cipher/sender-keys/sender-keys.ts'

export const GROUP_CIPHERS: readonly GroupCipher[] = [senderKeys]
