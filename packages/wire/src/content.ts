/** What is inside a group envelope (PROTOCOL §8): a small header, and one body that is not wire's. */
import { type Codec, type Decoded, fixedBytes, list, optional, struct, text, uint16, uint32, uint48, versioned } from './codec.ts'
import { accountId, epochId, operationId } from './ids.ts'
import { LIMITS } from './limits.ts'

/** How a message names an earlier one: the beginning of a hash of who said what when. */
export const messageTag = fixedBytes<Uint8Array>(LIMITS.messageTagBytes)

/** When something was said: what orders it, and what a person is shown of it. */
export const said = {
  /** Hybrid logical clock: milliseconds, then a counter within one. Orders, and is shown to nobody. */
  timeMs: uint48,
  counter: uint16,
  /** By how much the logical clock was ahead of the wall clock, whose time is shown; null: not at all. */
  leadMs: optional(uint32),
  /** The newest messages that its author had seen, less those that others of them had seen: it is placed below all of them. */
  seen: list(messageTag, LIMITS.seenMessages),
}

const header = {
  ...said,
  /** In the first message under a key id: the key before it in this epoch and how many messages that held, so that gaps show. */
  before: optional(struct({ keyId: uint16, messages: uint16 })),
  /** Where this content was sealed first, if the epoch changed before it was known to have left: it is shown once. */
  again: optional(struct({ epoch: epochId, keyId: uint16, iteration: uint16 })),
  /** The owner's heads, where they moved since the key's context fixed them. */
  heads: optional(list(operationId, LIMITS.operationParents)),
}
export const contentHeader = struct(header)
export type ContentHeader = Decoded<typeof contentHeader>

/** The codec of a content: the header, then one body. Which bodies there are is a list of the core's. */
export const contentOf = <B>(body: Codec<B>): Codec<ContentHeader & { readonly body: B }> =>
  versioned(1, struct({ ...header, body })) as Codec<ContentHeader & { readonly body: B }>

/** How a person calls itself, as a member passes it on. */
export const knownName = struct({ account: accountId, name: text(LIMITS.nameBytes) })
