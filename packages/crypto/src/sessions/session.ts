/** One session with a device: a ratchet, and what PQXDH left beside it. */
import { type Codec, fixedBytes, initialHeader, type InitialHeader, optional, struct, uint32, uint48, word } from '@sotto/wire'
import { type RatchetState, ratchetStateCodec } from '../double-ratchet/ratchet-state.ts'

export interface Session {
  /** Hash of the initial message's header, 32 bytes: the same on both sides. */
  readonly id: Uint8Array
  /** Sessions opened on purpose after others have higher ranks; crosswise ones have the same (`initiatorIntroduction`). */
  readonly rank: number
  readonly role: 'initiator' | 'responder'
  /** In every letter of an initiator until one of the other side's was opened; null from then on, and for a responder. */
  readonly unansweredHeader: InitialHeader | null
  /** 32 bytes. */
  readonly associatedData: Uint8Array
  readonly ratchet: RatchetState
  /** When another session took over the sending, ms since the epoch. null: it sends. */
  readonly lostMs: number | null
}

export const sessionCodec: Codec<Session> = struct({
  id: fixedBytes(32),
  rank: uint32,
  role: word(['initiator', 'responder']),
  unansweredHeader: optional(initialHeader),
  associatedData: fixedBytes(32),
  ratchet: ratchetStateCodec,
  lostMs: optional(uint48),
})
