/**
 * Every place of a sender key that was ever used, as a member can see it: from the records at the relay and a recorded
 * member's epoch secrets.
 */
import { deriveEpochKeys, unmaskEnvelope } from '@sotto/crypto'
import { loadSodiumPrimitives } from '@sotto/crypto/primitives'
import type { StoragePort, VaultPort } from '@sotto/engine'
import { decode, mailboxRequest, toHex } from '@sotto/wire'
import { EPOCH } from '../../../packages/core/src/state/tables/groups.ts'

export interface SealedPlaces {
  /** For the relay that everything passes through. */
  readonly onFrame: (direction: unknown, frame: Uint8Array) => void
  /** For the recorded member, whose epoch keys reveal an envelope's place. */
  readonly wrapVault: (vault: VaultPort) => VaultPort
  /** Hashes of envelopes by sender, key id and iteration. */
  readonly read: () => Promise<ReadonlyMap<string, ReadonlySet<string>>>
}

export function watchSealedPlaces(): SealedPlaces {
  const appended: Uint8Array[] = []
  let stored: StoragePort | null = null
  return {
    onFrame: (_direction, frame) => {
      const request = decode(mailboxRequest, frame)
      if (request?.kind === 'append') appended.push(request.body)
    },
    wrapVault: (vault) => ({ ...vault, openStorage: async (cipher) => (stored = await vault.openStorage(cipher)) }),
    read: async () => {
      const primitives = await loadSodiumPrimitives()
      const rows = (await stored?.load()) ?? new Map<string, Uint8Array>()
      const places = new Map<string, Set<string>>()
      for (const [key, value] of rows) {
        const epoch = key.startsWith('epoch/') && EPOCH.codec !== null ? decode(EPOCH.codec, value) : undefined
        if (epoch === undefined) continue
        const { headerKey } = deriveEpochKeys(primitives, epoch.secret)
        for (const body of appended) {
          const unmasked = body[0] === 1 ? unmaskEnvelope(primitives, headerKey, body) : undefined
          if (unmasked === undefined) continue
          const { senderTag, keyId, iteration } = unmasked.header
          const place = `${toHex(senderTag)} key ${keyId} iteration ${iteration}`
          places.set(place, (places.get(place) ?? new Set()).add(toHex(primitives.sha256(body))))
        }
      }
      return places
    },
  }
}
