/**
 * Bounds of tables, made so small that a sequence of some dozen acts reaches them. Import this before anything of the
 * machine: constants that follow from a limit are made when a module is loaded. What crosses the wire keeps its limits.
 */
import { LIMITS } from '../../../packages/wire/src/limits.ts'

const KIB = 1024

const SMALL = {
  orphanOperations: 12,
  orphansOfUnknown: 14,
  orphanRemovals: 12,
  undecryptableEnvelopes: 16,
  undecryptableBytes: 64 * KIB,
  unknownSenderEnvelopes: 8,
  pendingBytesPerDevice: 4 * KIB,
  pendingBytes: 12 * KIB,
  acceptedInitialMessages: 12,
  strangers: 4,
  reactionsOfMember: 6,
  placedMessages: 16,
  keysKept: 8,
  keysOfUnknownEpochs: 3,
  placesOfUnknownEpochs: 6,
  keysAskedAtOnce: 6,
  endedEpochsRead: 4,
  invitesReadOfOne: 3,
  invitesRead: 8,
  relaysOfOthers: 4,
  placesOfGroup: 3,
  skippedPerChain: 60,
  skippedPerSession: 100,
  skippedChains: 4,
} as const satisfies Partial<Record<keyof typeof LIMITS, number>>

Object.assign(LIMITS, SMALL)
