/** The private halves of a device's prekeys, and which initial messages used them (PROTOCOL §2). Secret. */
import { type Codec, type DeviceId, deviceId, fixedBytes, list, optional, struct, uint32, uint48, word } from '@sotto/wire'

/**
 * How far a one-time prekey has come. `publish`: goes into the next publication. `handOut`: kept for handing out directly,
 * never published. `out`: another device may have it. Only what is not out keeps what is needed to publish it.
 */
export type OneTimeStage = 'publish' | 'handOut' | 'out'

export interface HeldSignedPreKey {
  readonly id: number
  readonly createdMs: number
  readonly publicKey: Uint8Array
  readonly privateKey: Uint8Array
  readonly signature: Uint8Array
}

export interface HeldOneTimePreKey {
  readonly id: number
  readonly stage: OneTimeStage
  readonly publicKey: Uint8Array
  readonly privateKey: Uint8Array
}

export interface HeldKemPreKey {
  readonly id: number
  readonly createdMs: number
  /** 64 bytes, from which both halves are made again: a tenth of them. */
  readonly seed: Uint8Array
  /** null once it is out. */
  readonly published: { readonly publicKey: Uint8Array; readonly signature: Uint8Array } | null
}

export interface HeldOneTimeKemPreKey extends HeldKemPreKey {
  readonly stage: OneTimeStage
}

/** An initial message that was accepted and used up no key, remembered while its signed prekey is there. */
export interface AcceptedInitialMessage {
  readonly hash: Uint8Array
  readonly signedPreKeyId: number
  /** Its author. */
  readonly device: DeviceId
  /** When its author says that it opened the session, and not after it came. */
  readonly openedMs: number
}

/** Of the messages under a signed prekey that were opened no later, some were forgotten: of this device, or (null) of strangers. */
export interface InitialFloor {
  readonly signedPreKeyId: number
  readonly device: DeviceId | null
  readonly openedMs: number
}

/** What there is a few of. */
export interface LastingPreKeys {
  /** Above every id ever given, of every kind. */
  readonly nextId: number
  /** Newest first; so are the last-resort ones. */
  readonly signedPreKeys: readonly HeldSignedPreKey[]
  readonly lastResortKemPreKeys: readonly HeldKemPreKey[]
}

export interface PreKeyStore extends LastingPreKeys {
  /** Ids ascending. */
  readonly oneTimePreKeys: readonly HeldOneTimePreKey[]
  readonly oneTimeKemPreKeys: readonly HeldOneTimeKemPreKey[]
  readonly acceptedInitialMessages: readonly AcceptedInitialMessage[]
  readonly initialFloors: readonly InitialFloor[]
}

const key = fixedBytes(32)
const signature = fixedBytes(64)
const stage = word(['publish', 'handOut', 'out'])
const kemFields = {
  id: uint32,
  createdMs: uint48,
  seed: fixedBytes(64),
  published: optional(struct({ publicKey: fixedBytes(1184), signature })),
}

/** Rotations within `LIMITS.signedPreKeyKeepMs`, with room for a clock that was set back. A guess. */
const MOST_ROTATIONS = 255

/** A store is kept in parts: a hundred keys are not written again because one of them was used. */
export const lastingPreKeysCodec: Codec<LastingPreKeys> = struct({
  nextId: uint32,
  signedPreKeys: list(struct({ id: uint32, createdMs: uint48, publicKey: key, privateKey: key, signature }), MOST_ROTATIONS),
  lastResortKemPreKeys: list(struct(kemFields), MOST_ROTATIONS),
})
export const oneTimePreKeyCodec: Codec<HeldOneTimePreKey> = struct({ id: uint32, stage, publicKey: key, privateKey: key })
export const oneTimeKemPreKeyCodec: Codec<HeldOneTimeKemPreKey> = struct({ ...kemFields, stage })
export const acceptedInitialMessageCodec: Codec<AcceptedInitialMessage> = struct({ hash: key, signedPreKeyId: uint32, device: deviceId, openedMs: uint48 })
export const initialFloorCodec: Codec<InitialFloor> = struct({ signedPreKeyId: uint32, device: optional(deviceId), openedMs: uint48 })
