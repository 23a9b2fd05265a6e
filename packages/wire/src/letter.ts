/**
 * A letter is a list of control messages in one sealed record (PROTOCOL §2). What they say is the business of the rooms
 * that say it: here is only how they follow one another.
 */
import { type Codec, encode, list, versioned } from './codec.ts'
import { LIMITS } from './limits.ts'

/** Letters whose control messages this codec reads. */
export const letterOf = <T>(controlMessage: Codec<T>): Codec<readonly T[]> => versioned(1, list(controlMessage, LIMITS.controlMessagesPerLetter))

const encodedAlready: Codec<Uint8Array> = { write: (out, bytes) => out.bytes(bytes), read: () => undefined }

/** A letter of control messages that are encoded already. */
export const encodeLetter = (controlMessages: readonly Uint8Array[]): Uint8Array => encode(letterOf(encodedAlready), controlMessages)
