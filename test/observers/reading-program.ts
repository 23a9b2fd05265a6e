/**
 * What a device can open with everything that it ever stored (PROTOCOL §10): every key, every derivation, every epoch
 * secret, tried on every envelope, operation, topic and mailbox. Used on removed members and on new members.
 */
import {
  deriveEpochKeys,
  distributionOf,
  type EpochKeys,
  epochSecret,
  openAuthentic,
  openOperationRecord,
  ownContext,
  takeDistribution,
  type TheirSenderKey,
  unmaskEnvelope,
  verifyEnvelope,
} from '@sotto/crypto'
import type { Primitives } from '@sotto/crypto/primitives'
import { EPOCH, OWN_KEY, SECRET, THEIR_KEY } from '@sotto/core/inside'
import { mailboxIdOf } from '@sotto/mailbox'
import { type Codec, decode, fromBase64url, type GroupId, type OperationId, toBase64url } from '@sotto/wire'
import type { Row } from './watched-group.ts'

export interface Reader {
  /** How many of these records it opens. */
  readonly opens: (records: readonly Uint8Array[]) => number
  readonly topics: ReadonlySet<string>
  readonly mailboxes: (relay: string) => ReadonlySet<string>
}

/** Limit of secrets of rekeying operations that are combined with each other. */
const MOST_COMBINED = 8

export function readerWith(primitives: Primitives, rows: readonly Row[]): Reader {
  const rowsOf = <T>(table: { readonly name: string; readonly codec: Codec<T> | null }) =>
    rows.flatMap(({ key, value }) => {
      const row = key.startsWith(`${table.name}/`) && table.codec !== null ? decode(table.codec, value) : undefined
      return row === undefined ? [] : [{ key: key.split('/').slice(1), row }]
    })
  const epochs: EpochKeys[] = rowsOf(EPOCH).map(({ row }) => deriveEpochKeys(primitives, row.secret))
  // Each secret by itself and in every combination: an epoch may rest on several.
  const secrets = new Map(rowsOf(SECRET).map(({ key, row }) => [key.join('/'), { group: key[0] ?? '', operation: key[1] ?? '', secret: row }]))
  const list = [...secrets.values()].slice(0, MOST_COMBINED)
  for (let choice = 1; choice < 2 ** list.length; choice++) {
    const chosen = list.filter((_, i) => (choice & (1 << i)) !== 0)
    const group = fromBase64url(chosen[0]?.group ?? '') as GroupId | undefined
    if (group === undefined) continue
    const pairs = chosen.map(({ operation, secret }) => ({ operation: (fromBase64url(operation) ?? new Uint8Array(32)) as OperationId, secret }))
    epochs.push(deriveEpochKeys(primitives, epochSecret(primitives, group, pairs)))
  }
  const keys: TheirSenderKey[] = rowsOf(THEIR_KEY).map(({ row }) => row.key)
  for (const { row } of rowsOf(OWN_KEY)) {
    const { group, epoch, account, device } = ownContext(row.key)
    const own = takeDistribution(primitives, { group, epoch, account, device }, distributionOf(row.key))
    if (!('code' in own)) keys.push(own)
  }
  const headers = new Map(epochs.map((epoch) => [toBase64url(epoch.headerKey), epoch]))
  const opensOne = (record: Uint8Array): boolean => {
    for (const epoch of headers.values()) {
      if (openOperationRecord(primitives, epoch.operationsKey, record) !== undefined) return true
      const unmasked = unmaskEnvelope(primitives, epoch.headerKey, record)
      if (unmasked === undefined) continue
      for (const key of keys) {
        if (key.context.keyId !== unmasked.header.keyId) continue
        const authentic = verifyEnvelope(primitives, key, unmasked)
        if (!('code' in authentic) && !('code' in openAuthentic(primitives, key, authentic, 0))) return true
      }
    }
    return false
  }
  return {
    opens: (records) => records.filter(opensOne).length,
    topics: new Set(epochs.map(({ topic }) => toBase64url(topic))),
    mailboxes: (relay) =>
      new Set(
        epochs.map((epoch) => {
          const { readSeed, appendSeed } = epoch.mailbox(relay)
          const publicOf = (seed: Uint8Array): Uint8Array => primitives.ed25519.keyPairFromSeed(seed).publicKey
          return toBase64url(mailboxIdOf(primitives, { kind: 'group', readKey: publicOf(readSeed), appendKey: publicOf(appendSeed) }))
        }),
      ),
  }
}
