/**
 * An attacker that copied one device's state once, hears every record since and breaks X25519: it learns the private half of every
 * ratchet key that it sees. Given the seeds of ML-KEM keys too, it breaks everything.
 */
import { concat, equalBytes, type KemPartKind, type RatchetHeader, type RatchetMessage, splitSealed, toHex, unpad } from '@sotto/wire'
import { type Chain, openMessage, stepChain } from '../../double-ratchet/chain.ts'
import { openHeader } from '../../double-ratchet/header.ts'
import { openKemPart } from '../../double-ratchet/kem-part.ts'
import { endKemStep, type KemSecret } from '../../double-ratchet/kem-step.ts'
import { stepRootKey } from '../../double-ratchet/root-key.ts'
import type { Primitives } from '../../primitives/primitives.ts'
import { decodeRecord } from '../letter-record.ts'
import type { Session } from '../session.ts'

/** What an attacker that breaks the scheme computes from public keys alone, by their hexadecimal text. */
export interface Broken {
  readonly x25519: Map<string, Uint8Array>
  readonly mlKem768: Map<string, Uint8Array>
}

/** The primitives, with every key pair that they make told to the attacker that breaks the schemes. */
export function breakPrimitives(real: Primitives): { readonly primitives: Primitives; readonly broken: Broken } {
  const broken: Broken = { x25519: new Map(), mlKem768: new Map() }
  const primitives: Primitives = {
    ...real,
    x25519: {
      ...real.x25519,
      keyPairFromSeed: (seed) => {
        const pair = real.x25519.keyPairFromSeed(seed)
        broken.x25519.set(toHex(pair.publicKey), pair.privateKey)
        return pair
      },
    },
    mlKem768: {
      ...real.mlKem768,
      keyPairFromSeed: (seed) => {
        const pair = real.mlKem768.keyPairFromSeed(seed)
        broken.mlKem768.set(toHex(pair.publicKey), seed)
        return pair
      },
    },
  }
  return { primitives, broken }
}

/** A guess at a secret that was not broken: what is computed with it is right only where it was not mixed in. */
const UNKNOWN = new Uint8Array(32)

/** What a record says to an eavesdropper. */
export interface Heard {
  readonly header: RatchetHeader | undefined
  readonly plaintext: Uint8Array | undefined
}

/** Listens from a copied session on, to the records of both sides in the order in which they were written. */
export function eavesdrop(
  primitives: Primitives,
  { ratchet, associatedData }: Session,
  { x25519, mlKem768 }: Broken,
): { readonly hear: (record: Uint8Array) => Heard } {
  if (ratchet.sending === null || ratchet.receiving === null) throw new Error('copy a session in which both have written')
  const chains: Chain[] = [ratchet.sending, ratchet.receiving]
  let nextHeaderKeys = [ratchet.nextReceivingHeaderKey, ratchet.nextSendingHeaderKey]
  let { rootKey } = ratchet
  let lastRatchetKey = ratchet.ownRatchetKey.publicKey
  let offered: Uint8Array | null = ratchet.kemPart.kind === 'key' ? ratchet.kemPart.publicKey : null

  const agreed = (brokenKey: Uint8Array, otherKey: Uint8Array): Uint8Array | undefined => {
    const own = ratchet.ownRatchetKey
    const privateKey = equalBytes(brokenKey, own.publicKey) ? own.privateKey : x25519.get(toHex(brokenKey))
    return privateKey === undefined ? undefined : primitives.x25519.agree(privateKey, otherKey)
  }

  const bytesOfPart = (headerKey: Uint8Array, kind: KemPartKind, message: RatchetMessage): Uint8Array => {
    const sealed = splitSealed(message, kind)?.sealedKemPart ?? new Uint8Array(0)
    const opened = kind === 'none' ? sealed : openKemPart(primitives, headerKey, sealed, associatedData, message.sealedHeader)
    if (opened === undefined) throw new Error('a part that does not open')
    return opened
  }

  /** What was mixed into the root key: all of it is public but the shared secret. */
  const secretOf = (ciphertext: Uint8Array): KemSecret | null => {
    if (offered === null) throw new Error('an answer to no key')
    const seed = mlKem768.get(toHex(offered))
    if (seed === undefined) return { sharedSecret: UNKNOWN, transcript: primitives.sha256(offered, ciphertext) }
    return endKemStep(primitives, { kind: 'key', seed, publicKey: offered }, { kind: 'ciphertext', bytes: ciphertext }) ?? null
  }

  /** The chain that a message of a new ratchet key begins, as far as the broken schemes let it be computed. */
  const follow = (headerKey: Uint8Array, header: RatchetHeader, message: RatchetMessage): Chain => {
    const part = bytesOfPart(headerKey, header.kemPart, message)
    const dh = agreed(header.ratchetKey, lastRatchetKey) ?? agreed(lastRatchetKey, header.ratchetKey) ?? UNKNOWN
    const step = stepRootKey(primitives, rootKey, dh, header.kemPart === 'ciphertext' ? secretOf(part) : null)
    if (header.kemPart === 'key') offered = part
    rootKey = step.rootKey
    lastRatchetKey = header.ratchetKey
    nextHeaderKeys = [...nextHeaderKeys.slice(1), step.nextHeaderKey]
    const chain: Chain = { chainKey: step.chainKey, headerKey, index: 0 }
    chains.push(chain)
    return chain
  }

  const open = (chain: Chain, header: RatchetHeader, message: RatchetMessage): Uint8Array | undefined => {
    const parts = splitSealed(message, header.kemPart)
    if (parts === undefined || header.index < chain.index) return undefined
    let step = stepChain(primitives, chain)
    while (step.chain.index <= header.index) step = stepChain(primitives, step.chain)
    const beside = concat(message.sealedHeader, parts.sealedKemPart)
    const padded = openMessage(primitives, step.messageKey, parts.ciphertext, associatedData, beside)
    return padded === undefined ? undefined : unpad(padded)
  }

  const hear = (record: Uint8Array): Heard => {
    const message = decodeRecord(record)?.message
    for (const headerKey of [...chains.map((chain) => chain.headerKey), ...nextHeaderKeys.slice(0, 1)]) {
      const header = message && openHeader(primitives, headerKey, message.sealedHeader, associatedData)
      if (message === undefined || header === undefined) continue
      const chain = chains.find((each) => equalBytes(each.headerKey, headerKey)) ?? follow(headerKey, header, message)
      return { header, plaintext: open(chain, header, message) }
    }
    return { header: undefined, plaintext: undefined }
  }
  return { hear }
}
