/** The list of everything that an adversary does. An act is a file, a line here, and a place in a plan (`plan.ts`). */
import type { Malice } from '../plan.ts'
import type { Adversary } from './adversary.ts'
import { backDate } from './back-date.ts'
import { equivocate } from './equivocate.ts'
import { floodFirstLetters } from './flood-first-letters.ts'
import { floodLetters } from './flood-letters.ts'
import { floodOperations } from './flood-operations.ts'
import { floodOrphans } from './flood-orphans.ts'
import { flood } from './flood.ts'
import { forgeRequests } from './forge-requests.ts'
import { forge } from './forge.ts'
import { nameRelays } from './name-relays.ts'
import { replay } from './replay.ts'
import { sendLate } from './send-late.ts'
import { strikeBack } from './strike-back.ts'
import { takePreKeys } from './take-pre-keys.ts'
import { timeTravel } from './time-travel.ts'

const ACTS = {
  replay,
  backDate,
  equivocate,
  forge,
  flood,
  poolLate: sendLate,
  strikeBack,
  floodOrphans,
  floodOperations,
  floodLetters,
  nameRelays,
  timeTravel,
  forgeRequests,
  floodFirstLetters,
  takePreKeys,
} as const satisfies { readonly [name in Malice]: (by: Adversary, group: string) => void }

/** Acts now, if its device is on. */
export function act(by: Adversary, malice: Malice, group: string): void {
  if (by.peer.alive && !by.peer.isFrozen && group !== '') ACTS[malice](by, group)
}
