/** Everything that an epoch's members derive from its secret (PROTOCOL §6). Never stored: the secret is. */
import { type EpochId, utf8 } from '@sotto/wire'
import { deriveKey } from '../derive-key.ts'
import type { Primitives } from '../primitives/primitives.ts'

/** 32 bytes each. */
export interface EpochKeys {
  readonly epochId: EpochId
  /** Names the gossip topic. */
  readonly topic: Uint8Array
  /** Masks envelope headers. */
  readonly headerKey: Uint8Array
  /** Makes sender tags. */
  readonly tagKey: Uint8Array
  readonly signalsKey: Uint8Array
  readonly operationsKey: Uint8Array
  /** Proves the epoch to a connected peer. */
  readonly syncKey: Uint8Array
  /** Ed25519 seeds of the group mailbox at one relay. `relay` is the text that names it, the same for every member. */
  readonly mailbox: (relay: string) => { readonly readSeed: Uint8Array; readonly appendSeed: Uint8Array }
}

/** The keys of an epoch. `secret` is what `epochSecret` gave. */
export function deriveEpochKeys(primitives: Primitives, secret: Uint8Array): EpochKeys {
  return {
    epochId: deriveKey(primitives, secret, 'epoch id') as EpochId,
    topic: deriveKey(primitives, secret, 'topic'),
    headerKey: deriveKey(primitives, secret, 'header key'),
    tagKey: deriveKey(primitives, secret, 'tag key'),
    signalsKey: deriveKey(primitives, secret, 'signals key'),
    operationsKey: deriveKey(primitives, secret, 'operations key'),
    syncKey: deriveKey(primitives, secret, 'sync key'),
    mailbox: (relay) => ({
      readSeed: deriveKey(primitives, secret, 'mailbox read', utf8(relay)),
      appendSeed: deriveKey(primitives, secret, 'mailbox append', utf8(relay)),
    }),
  }
}
