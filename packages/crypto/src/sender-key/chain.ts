/** The chain of a sender key (PROTOCOL §3): one step forward for each message, and never back. */
import type { Primitives } from '../primitives/primitives.ts'
import { deriveSingleUse } from '../derive-key.ts'

const MESSAGE = Uint8Array.of(1)
const CHAIN = Uint8Array.of(2)

/** One step: the key of the message at this place, and the chain key of the next. 32 bytes each. */
export const stepChain = (primitives: Primitives, chainKey: Uint8Array): { readonly messageKey: Uint8Array; readonly chainKey: Uint8Array } => ({
  messageKey: primitives.hmacSha256(chainKey, MESSAGE),
  chainKey: primitives.hmacSha256(chainKey, CHAIN),
})

/** Key and nonce under which one group message is sealed. */
export const messageCipher = (primitives: Primitives, messageKey: Uint8Array) => deriveSingleUse(primitives, messageKey, 'sender key message')
