import type { OwnIdentity } from '../identity/certificate.ts'
import type { AcceptedBundle } from '../pqxdh/accepted-bundle.ts'
import { initiatorRatchet } from '../double-ratchet/ratchet-state.ts'
import { initiate } from '../pqxdh/initiate.ts'
import type { CryptoProvider } from '../crypto-provider.ts'
import { nextRank, type SessionSet, withSession } from './session-set.ts'

/**
 * Opens a session towards the bundle's device, as initiator. It sends from now on; what there was still receives.
 * `existing` must be the sessions with that device, or null.
 */
export function startSession(provider: CryptoProvider, own: OwnIdentity, bundle: AcceptedBundle, existing: SessionSet | null, nowMs: number): SessionSet {
  const rank = nextRank(existing)
  const { header, initialHash, secrets, associatedData } = initiate(provider, own, bundle, rank, nowMs)
  const session = {
    id: initialHash,
    rank,
    role: 'initiator',
    unansweredHeader: header,
    associatedData,
    ratchet: initiatorRatchet(provider, secrets, bundle.signedPreKey.publicKey, nowMs),
    lostMs: null,
  } as const
  const set = withSession(existing, session, nowMs)
  return { ...set, distributionsSinceTurn: 0 }
}
