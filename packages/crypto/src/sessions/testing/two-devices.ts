/** Two devices for tests: seeded, with their identities and prekeys. */
import { type AccountId, type Certificate, type DeviceId, LIMITS, type PreKeyBundle } from '@sotto/wire'
import { createCertificate, type OwnIdentity } from '../../identity/certificate.ts'
import { acceptBundle, type AcceptedBundle } from '../../pqxdh/accepted-bundle.ts'
import { createPreKeyStore } from '../../pre-keys/generate-pre-keys.ts'
import type { PreKeyStore } from '../../pre-keys/pre-key-store.ts'
import { bundleFor } from '../../pre-keys/publish-pre-keys.ts'
import type { SigningKeyPair } from '../../primitives/primitives.ts'
import type { CryptoProvider } from '../../crypto-provider.ts'
import { acceptInitial } from '../accept-initial.ts'
import { openWithSessions } from '../open-with-sessions.ts'
import { sealWithSessions } from '../seal-with-sessions.ts'
import type { SessionSet } from '../session-set.ts'
import { startSession } from '../start-session.ts'

/** One side of a conversation, with what it keeps. */
export interface Party {
  readonly own: OwnIdentity
  readonly deviceKeys: SigningKeyPair
  store: PreKeyStore
  sessions: SessionSet | null
}

/** A time of day like any other, ms since the epoch. */
export const NOW_MS = 1_800_000_000_000
export const DAY_MS = 86_400_000

/** A new device of a new account. */
export function createParty(provider: CryptoProvider, nowMs = NOW_MS): Party {
  const { ed25519, x25519 } = provider.primitives
  const accountKeys = ed25519.keyPairFromSeed(provider.random(32))
  const deviceKeys = ed25519.keyPairFromSeed(provider.random(32))
  const deviceDh = x25519.keyPairFromSeed(provider.random(32))
  const body = {
    account: accountKeys.publicKey as AccountId,
    device: deviceKeys.publicKey as DeviceId,
    deviceDh: deviceDh.publicKey,
    createdMs: nowMs,
  }
  const certificate: Certificate = createCertificate(provider.primitives, body, accountKeys, deviceKeys)
  return { own: { certificate, deviceDh }, deviceKeys, store: createPreKeyStore(provider, deviceKeys, nowMs), sessions: null }
}

/** Takes a bundle of a party's, as one handed out to one initiator. */
export function takeBundle(party: Party): PreKeyBundle {
  const { bundle, store } = bundleFor(party.store, party.own.certificate)
  party.store = store
  return bundle
}

export function accepted(provider: CryptoProvider, bundle: PreKeyBundle, nowMs = NOW_MS): AcceptedBundle {
  const result = acceptBundle(provider.primitives, bundle, nowMs)
  if ('code' in result) throw new Error(`the bundle was refused: ${result.code}`)
  return result
}

/** Opens a session from one party to the other. */
export function open(provider: CryptoProvider, from: Party, to: Party, nowMs = NOW_MS): void {
  from.sessions = startSession(provider, from.own, accepted(provider, takeBundle(to), nowMs), from.sessions, nowMs)
}

export function seal(provider: CryptoProvider, from: Party, plaintext: Uint8Array, nowMs = NOW_MS, distributions = 0): Uint8Array {
  if (from.sessions === null) throw new Error('no session')
  const sealed = sealWithSessions(provider, from.sessions, plaintext, nowMs, distributions)
  from.sessions = sealed.sessions
  return sealed.record
}

/** What a device does with a record: the plaintext, the code of a rejection, or `undefined` where it is nothing of ours. */
export function receive(
  provider: CryptoProvider,
  to: Party,
  record: Uint8Array,
  nowMs = NOW_MS,
  isKnown: (device: DeviceId) => boolean = () => false,
): Uint8Array | string | undefined {
  const opened = to.sessions === null ? undefined : openWithSessions(provider, to.sessions, record, nowMs)
  if (opened !== undefined) {
    if ('code' in opened) return opened.code
    to.sessions = opened.sessions
    return opened.plaintext
  }
  const first = acceptInitial(provider, to.own, to.store, { sessionsOf: () => to.sessions, isKnown }, record, nowMs)
  if (first === undefined || 'code' in first) return first?.code
  to.store = first.store
  to.sessions = first.sessions
  return first.plaintext
}

/** Lets a party find that an ML-KEM step is due, as after fifty messages. */
export function ageKem(party: Party): void {
  if (party.sessions === null) return
  const sessions = party.sessions.sessions.map((session) => {
    const kemAge = { ...session.ratchet.kemAge, messages: LIMITS.kemStepMessages }
    return { ...session, ratchet: { ...session.ratchet, kemAge } }
  })
  party.sessions = { ...party.sessions, sessions }
}
