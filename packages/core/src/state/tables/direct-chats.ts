/** Rows of direct chats: conversations of two people. */
import { accountId, boolean, type Decoded, struct, uint48, uint8 } from '@sotto/wire'
import { durable } from '../table.ts'

const directChat = struct({
  /** The other person. */
  account: accountId,
  /** This device made the group, and says so to the other's devices until they are in it. */
  isOurs: boolean,
  /** When it is said again, and how often it was. */
  nextMs: uint48,
  attempts: uint8,
})

export type DirectChat = Decoded<typeof directChat>

/** Groups that are direct chats, or are to be. Key: group. */
export const DIRECT_CHAT = durable('directChat', directChat, { scope: 'group', owner: 'groups', outlasts: 'membership' })
