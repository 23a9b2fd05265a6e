/**
 * The sessions with one device. The first sends; the others lost the sending to it and still receive.
 *
 * Both sides order the same sessions alike whatever came first: the higher rank sends, and of crosswise ones, which
 * have the same rank, the one whose initial message has the smaller hash (PROTOCOL §2).
 */
import { type Codec, compareBytes, LIMITS, list, struct, uint16, where } from '@sotto/wire'
import { withoutExpired } from '../double-ratchet/skipped-keys.ts'
import { type Session, sessionCodec } from './session.ts'

export interface SessionSet {
  /** The sending one first. Never empty. */
  readonly sessions: readonly Session[]
  /** Sender key distributions sealed since the sending session's ratchet last turned (PROTOCOL §3). */
  readonly distributionsSinceTurn: number
}

export const sessionSetCodec: Codec<SessionSet> = where(
  struct({ sessions: list(sessionCodec, LIMITS.sessionsPerDevice), distributionsSinceTurn: uint16 }),
  (set) => set.sessions.length > 0,
)

/** Most that is counted: the limit that makes the owner act is far below. */
const MOST_DISTRIBUTIONS = 65_535

export const countDistributions = (set: SessionSet, more: number): number => Math.min(set.distributionsSinceTurn + more, MOST_DISTRIBUTIONS)

const MOST_RANK = 2 ** 32 - 1

/** The rank of a session opened now: above all there are, so that it sends on both sides. */
export const nextRank = (set: SessionSet | null): number => Math.min(Math.max(0, ...(set?.sessions ?? []).map((session) => session.rank)) + 1, MOST_RANK)

/** Whether `a` sends before `b`. */
const compareSessions = (a: Session, b: Session): number => b.rank - a.rank || compareBytes(a.id, b.id)

/** Adds a session at its place. Where it comes first its sending begins with nothing distributed. */
export function withSession(set: SessionSet | null, added: Session, nowMs: number): SessionSet {
  const sessions = inOrder([added, ...(set?.sessions ?? [])], nowMs)
  return { sessions, distributionsSinceTurn: sessions[0]?.id === added.id ? 0 : (set?.distributionsSinceTurn ?? 0) }
}

/** Puts a changed session in the place of its older self. */
export const withChanged = (set: SessionSet, changed: Session): SessionSet => ({
  ...set,
  sessions: set.sessions.map((session) => (compareBytes(session.id, changed.id) === 0 ? changed : session)),
})

/** The sending session, then those that lost the sending last. */
function inOrder(sessions: readonly Session[], nowMs: number): readonly Session[] {
  const [sending, ...others] = sessions.toSorted(compareSessions)
  if (sending === undefined) return []
  const receiving = others
    .map((session) => ({ ...session, lostMs: session.lostMs ?? nowMs }))
    .toSorted((a, b) => b.lostMs - a.lostMs)
    .slice(0, LIMITS.sessionsPerDevice - 1)
  return [{ ...sending, lostMs: null }, ...receiving]
}

/** Drops losing sessions after `losingSessionMs` and skipped keys after `skippedMs`. The same set where none is that old. */
export function dropExpired(set: SessionSet, nowMs: number): SessionSet {
  let changed = false
  const sessions = set.sessions.flatMap((session) => {
    if (session.lostMs !== null && session.lostMs + LIMITS.losingSessionMs < nowMs) {
      changed = true
      return []
    }
    const skipped = withoutExpired(session.ratchet.skipped, nowMs)
    if (skipped === session.ratchet.skipped) return [session]
    changed = true
    return [{ ...session, ratchet: { ...session.ratchet, skipped } }]
  })
  return changed ? { ...set, sessions } : set
}
