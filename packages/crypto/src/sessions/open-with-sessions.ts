import { equalBytes, initialHashInput, type LetterRecord, type RatchetMessage, unpad } from '@sotto/wire'
import { openWithRatchet, type RatchetRejection } from '../double-ratchet/open-with-ratchet.ts'
import type { CryptoProvider } from '../crypto-provider.ts'
import { decodeRecord } from './letter-record.ts'
import type { Session } from './session.ts'
import { dropExpired, type SessionSet, withChanged } from './session-set.ts'

export type SessionRejection =
  | RatchetRejection
  /** Of a session's initiator, but no key of it opens the header: opened long ago, or damaged. */
  | { readonly code: 'unknownHeader' }
  /** It opened, and its plaintext is not padded as letters are. */
  | { readonly code: 'badPadding' }

/** A record that may be a letter, read once for however many devices it is tried on. */
export interface ReadRecord {
  readonly letter: LetterRecord
  /** Of a letter that starts a session: the session's id at its responder. */
  readonly initialId: Uint8Array | null
}

/** Reads a record. `undefined`: it is no letter. */
export function readRecord({ primitives }: CryptoProvider, record: Uint8Array): ReadRecord | undefined {
  const letter = decodeRecord(record)
  if (letter === undefined) return undefined
  return { letter, initialId: letter.kind === 'initial' ? primitives.sha256(initialHashInput(letter.header)) : null }
}

/**
 * Opens a letter from the device that these sessions are with. `undefined`: it is none of theirs, as far as its header
 * says; so is a repeated letter of a chain that was used up before the last turn. A rejection leaves all as it was.
 */
export function openWithSessions(
  provider: CryptoProvider,
  before: SessionSet,
  record: Uint8Array,
  nowMs: number,
): { readonly sessions: SessionSet; readonly plaintext: Uint8Array } | SessionRejection | undefined {
  const read = readRecord(provider, record)
  return read === undefined ? undefined : openReadWithSessions(provider, before, read, nowMs)
}

/** `openWithSessions` of a record that was read. */
export function openReadWithSessions(
  provider: CryptoProvider,
  before: SessionSet,
  { letter, initialId }: ReadRecord,
  nowMs: number,
): { readonly sessions: SessionSet; readonly plaintext: Uint8Array } | SessionRejection | undefined {
  const set = dropExpired(before, nowMs)
  if (letter.kind === 'initial') {
    const session = initialId === null ? undefined : set.sessions.find((each) => each.role === 'responder' && equalBytes(each.id, initialId))
    if (session === undefined) return undefined
    return openWithSession(provider, set, session, letter.message, nowMs) ?? { code: 'unknownHeader' }
  }
  for (const session of set.sessions) {
    const opened = openWithSession(provider, set, session, letter.message, nowMs)
    if (opened !== undefined) return opened
  }
  return undefined
}

function openWithSession(
  provider: CryptoProvider,
  set: SessionSet,
  session: Session,
  message: RatchetMessage,
  nowMs: number,
): { readonly sessions: SessionSet; readonly plaintext: Uint8Array } | SessionRejection | undefined {
  const opened = openWithRatchet(provider, session.ratchet, message, session.associatedData, nowMs)
  if (opened === undefined || 'code' in opened) return opened
  const plaintext = unpad(opened.plaintext)
  if (plaintext === undefined) return { code: 'badPadding' }
  const changed = withChanged(set, { ...session, ratchet: opened.state, unansweredHeader: null })
  const healed = opened.turned && session.lostMs === null
  return { sessions: healed ? { ...changed, distributionsSinceTurn: 0 } : changed, plaintext }
}
