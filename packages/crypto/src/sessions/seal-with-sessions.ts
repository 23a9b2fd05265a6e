import { pad } from '@sotto/wire'
import { sealWithRatchet, withKemStep } from '../double-ratchet/seal-with-ratchet.ts'
import type { CryptoProvider } from '../crypto-provider.ts'
import { encodeRecord, recordOverheadBytes } from './letter-record.ts'
import { countDistributions, dropExpired, type SessionSet, withChanged } from './session-set.ts'

/**
 * Seals a letter with the session that sends. `distributions`: sender key distributions in it, which are counted. The
 * new sessions must be kept before the record leaves: a key seals once. Throws where the record passes
 * `LIMITS.recordBytes` (a fault).
 */
export function sealWithSessions(
  provider: CryptoProvider,
  before: SessionSet,
  plaintext: Uint8Array,
  nowMs: number,
  distributions: number,
): { readonly sessions: SessionSet; readonly record: Uint8Array } {
  const set = dropExpired(before, nowMs)
  const [sending] = set.sessions
  if (sending === undefined) throw new RangeError('a set of sessions is never empty')
  const header = sending.unansweredHeader
  const begun = withKemStep(provider, sending.ratchet, nowMs)
  const padded = pad(plaintext, recordOverheadBytes(header, begun.kemPart.kind))
  const { state: ratchet, message } = sealWithRatchet(provider, begun, padded, sending.associatedData)
  return {
    sessions: { ...withChanged(set, { ...sending, ratchet }), distributionsSinceTurn: countDistributions(set, distributions) },
    record: encodeRecord(header, message),
  }
}
