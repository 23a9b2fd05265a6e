/** What can happen in a world, as data (`plan.ts`). */
import type { FileEvent } from './file-events.ts'
import type { MemoryDurability } from '@sotto/engine'
import type { DiskAct } from './adversaries/write-disk.ts'
import type { GoneEvent } from './gone-for-good.ts'
import type { PeopleEvent } from './people-events.ts'
import type { LinkEvent } from './link-events.ts'
import type { RelayEvent } from './relay-events.ts'
import type { ReportEvent } from './reports.ts'
import type { SignalEvent } from './signal-events.ts'
import type { HistoryEvent } from './history-watch.ts'
import type { VanishingEvent } from './vanishing-watch.ts'

/** What a member, former member or stranger with a changed program does (`adversaries`). Beside that, its own device follows the protocol. */
export type Malice =
  | 'replay'
  | 'backDate'
  | 'equivocate'
  | 'forge'
  | 'flood'
  | 'poolLate'
  | 'strikeBack'
  | 'floodOrphans'
  | 'floodOperations'
  | 'floodLetters'
  | 'nameRelays'
  | 'timeTravel'
  | 'forgeRequests'
  | 'floodFirstLetters'
  | 'takePreKeys'
/** What a relay does until the world heals. */
export type RelayMalice = 'drop' | 'withhold' | 'reorder' | 'replay' | 'oldKeys' | 'collude'

/** `atMs` does not count the days in which all peers are away. */
export type PlannedEvent = FileEvent | GoneEvent | HistoryEvent | LinkEvent | PeopleEvent | RelayEvent | ReportEvent | SignalEvent | VanishingEvent | WorldEvent

type WorldEvent = { readonly atMs: number } & (
  | { readonly kind: 'join'; readonly peer: number }
  /** Withdraws its request to join, if no member has granted it yet. */
  | { readonly kind: 'cancelJoin'; readonly peer: number }
  /** A clock is wrong by this much for a while. Then it is corrected. */
  | { readonly kind: 'clock'; readonly peer: number; readonly byMs: number; readonly forMs: number }
  | { readonly kind: 'invite'; readonly peer: number }
  | { readonly kind: 'revokeInvites'; readonly peer: number }
  | { readonly kind: 'write'; readonly peer: number; readonly count: number; readonly apartMs: number }
  /** Reacts to one of the newest messages, or takes a reaction back. */
  | { readonly kind: 'react'; readonly peer: number; readonly which: number; readonly emoji: string | null }
  | { readonly kind: 'sayAlone'; readonly peer: number; readonly whom: number }
  /** Edits one of its newest messages. */
  | { readonly kind: 'edit'; readonly peer: number; readonly which: number }
  /** Deletes one of its newest messages for everyone, or any of the newest on its device. */
  | { readonly kind: 'delete'; readonly peer: number; readonly which: number; readonly forAll: boolean }
  | { readonly kind: 'crash'; readonly peer: number; readonly afterActions: number; readonly awayMs: number }
  | { readonly kind: 'dropStream'; readonly peer: number; readonly relay: number }
  | { readonly kind: 'dropLink' }
  | { readonly kind: 'restartRelay'; readonly relay: number; readonly awayMs: number; readonly isWiped: boolean }
  /** Peers whose bit is set are cut off from the others. Each side keeps the relays of its parity, or both keep all. */
  | { readonly kind: 'partition'; readonly side: readonly number[]; readonly forMs: number; readonly splitsRelays: boolean }
  /** A laptop's lid: nothing runs, streams end after a while, then everything continues as if nothing had happened. */
  | { readonly kind: 'lid'; readonly peer: number; readonly forMs: number }
  /** All close their laptops, and open them again this much later. */
  | { readonly kind: 'days'; readonly forMs: number }
  | { readonly kind: 'remove'; readonly peer: number; readonly whom: number }
  | { readonly kind: 'leave'; readonly peer: number }
  /** A removed or departed member, or a joiner, forgets the whole group. */
  | { readonly kind: 'forget'; readonly peer: number }
  | { readonly kind: 'setRole'; readonly peer: number; readonly whom: number; readonly role: 'admin' | 'member' }
  | { readonly kind: 'malice'; readonly peer: number; readonly act: Malice }
  /** A relay is gone for good. This much later all use the spare one, and an admin moves the group there. */
  | { readonly kind: 'relayDies'; readonly relay: number; readonly movedMs: number }
  /** The disk of a peer is copied by a person who has no key. */
  | { readonly kind: 'copyDisk'; readonly peer: number }
  /** A device goes off, and its disk is written to. It is turned on again; if it does not start, its person begins with a new profile and pastes the invite. */
  | { readonly kind: 'writeDisk'; readonly peer: number; readonly act: DiskAct; readonly isKilled: boolean; readonly awayMs: number; readonly asksMs: number }
  /** `victim` of `collude` is the client that it works with. */
  | { readonly kind: 'relayMalice'; readonly relay: number; readonly act: RelayMalice; readonly victim: number }
)

export interface Plan {
  readonly seed: number
  readonly peers: number
  readonly relays: number
  /** Relays that there are besides, and that the group does not have at first. */
  readonly moreRelays?: number
  readonly durability: MemoryDurability
  /** The error of each peer's clock. */
  readonly skewMs: readonly number[]
  /** Peers with a changed program. No other peer does anything malicious. */
  readonly adversaries: readonly number[]
  readonly isRealCrypto: boolean
  /** Another cipher than sender keys. */
  readonly groupCipher?: 'pairwise'
  readonly plannedEvents: readonly PlannedEvent[]
}
