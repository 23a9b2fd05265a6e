/** The secret of an epoch, from the secrets of the operations that began it (PROTOCOL §6). */
import { compareBytes, concat, encode, type GroupId, L, type OperationId, uint16 } from '@sotto/wire'
import type { Primitives } from '../primitives/primitives.ts'

/** A rekeying operation and the 32 bytes that its author drew for it. */
export interface RekeyingSecret {
  readonly operation: OperationId
  readonly secret: Uint8Array
}

/**
 * HMAC(SHA-256(L("epoch") ‖ group ‖ count ‖ ids), secrets) over the maximal standing rekeying operations, in any order,
 * each once. 32 bytes. Throws where there is none.
 */
export function epochSecret(primitives: Primitives, group: GroupId, rekeyings: readonly RekeyingSecret[]): Uint8Array {
  if (rekeyings.length === 0) throw new RangeError('an epoch begins with a rekeying operation')
  const sorted = rekeyings.toSorted((a, b) => compareBytes(a.operation, b.operation))
  const ids = sorted.map((each) => each.operation)
  const name = primitives.sha256(L('epoch'), group, encode(uint16, ids.length), ...ids)
  return primitives.hmacSha256(name, concat(...sorted.map((each) => each.secret)))
}

/**
 * The commitment to its secret that a rekeying operation carries: 32 bytes. It does not name the group, because the id
 * of a group is the hash of its `create`, which carries one too; 32 random bytes hide without it.
 */
export const commitToSecret = (primitives: Primitives, secret: Uint8Array): Uint8Array => primitives.sha256(L('epoch commitment'), secret)
