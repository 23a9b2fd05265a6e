import { deviceId, encode, type EnvelopeHash, type EpochId, epochId, LIMITS, struct, uint16, varBytes } from '@sotto/wire'
import type { Context } from '../../state/context.ts'
import { bytesOf, type MessagePlace } from '../../state/names.ts'

const named = struct({ epoch: epochId, device: deviceId, keyId: uint16, iteration: uint16, content: varBytes(LIMITS.recordBytes) })

/** What a message is known by. Its author and its place belong to it: another who says the same has not said this one. */
export const hashOfCopy = ({ provider }: Context, { epoch, device, keyId, iteration }: MessagePlace, content: Uint8Array): EnvelopeHash =>
  provider.primitives.sha256(encode(named, { epoch: bytesOf<EpochId>(epoch), device, keyId, iteration, content })) as EnvelopeHash
