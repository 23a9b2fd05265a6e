/**
 * What two connected peers say to each other on their stream (PROTOCOL §7). Nothing names a group before both have
 * proved that they hold its current epoch.
 */
import { boolean, type Decoded, fixedBytes, list, struct, uint16, union, varBytes, versioned } from './codec.ts'
import { deviceId, envelopeHash, epochId, operationId } from './ids.ts'
import { preKeyBundle } from './identity.ts'
import { LIMITS } from './limits.ts'
import { ranges } from './ranges.ts'

/** The iterations of one sender key that a device holds. */
export const heldKey = struct({ device: deviceId, generation: uint16, iterations: ranges })
export type HeldKey = Decoded<typeof heldKey>

export const peerFrame = versioned(
  1,
  union({
    hello: [1, struct({ nonce: fixedBytes(32) })],
    /** One MAC per epoch that the sender is in, among random ones, in random order. */
    proofs: [2, struct({ proofs: list(fixedBytes(32), LIMITS.epochProofs) })],
    /** A sealed letter for the device behind this connection. */
    letter: [3, struct({ record: varBytes(LIMITS.recordBytes) })],
    /**
     * What I have of an epoch's keys of the devices between `from` and `to`, both included; the other sends what I lack,
     * and its own `have`s if I did not just answer to one. One or more together cover all devices, ascending.
     */
    have: [
      4,
      struct({
        epoch: epochId,
        isAnswer: boolean,
        heads: list(operationId, LIMITS.operationParents),
        from: deviceId,
        to: deviceId,
        held: list(heldKey, LIMITS.heldKeys),
      }),
    ],
    envelopes: [5, struct({ epoch: epochId, envelopes: list(varBytes(LIMITS.recordBytes), LIMITS.envelopesPerFrame) })],
    /** Operations, each sealed under the epoch's operations key. */
    operations: [6, struct({ epoch: epochId, records: list(varBytes(LIMITS.recordBytes), LIMITS.operationsPerLetter) })],
    /** I hold these envelopes now: their author may show them as sent. */
    received: [7, struct({ epoch: epochId, envelopes: list(envelopeHash, LIMITS.envelopesPerFrame) })],
    /** Asks for prekeys of the device itself, which no relay can hand out old; answered with `preKeys`. */
    preKeysWanted: [8, struct({})],
    preKeys: [9, struct({ bundle: preKeyBundle })],
  }),
)
export type PeerFrame = Decoded<typeof peerFrame>
