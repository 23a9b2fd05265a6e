/** Everything that pages and the engine say to each other: requests, their replies, and the view that pages show. Plain JSON, because ports carry nothing else. */

import type { ContactRequestView, LinkedContact } from './contact-view.ts'
import type { FoundView, SearchView } from './found-view.ts'
import type { GroupView } from './group-view.ts'
import type { MessageDetails } from './message-details.ts'
import type { MessageView } from './message-view.ts'
import type { NotificationsView } from './notifications-view.ts'
import type { PictureView, SafetyView } from './person-view.ts'
import type { Rejection, StorageTrouble } from './rejections.ts'
import type { OwnRelayView, TriedRelay } from './relay-view.ts'
import type { PrivacyChoice, TypedField } from './requests.ts'

export type * from './contact-view.ts'
export type * from './file-view.ts'
export type * from './found-view.ts'
export type * from './group-view.ts'
export type * from './notifications-view.ts'
export type * from './rejections.ts'
export type * from './relay-view.ts'
export type * from './requests.ts'

export type EngineReply = { readonly ok: true; readonly value: EngineValue } | { readonly ok: false; readonly rejection: Rejection }

/** The answer to a request. The request says which fields its answer has. */
export interface EngineValue {
  readonly group?: string
  readonly looksAt?: readonly string[]
  readonly message?: string
  readonly invite?: string
  readonly contactLink?: string
  readonly contact?: LinkedContact
  readonly expiresMs?: number
  readonly uses?: number
  readonly messages?: readonly MessageView[]
  readonly more?: boolean
  readonly order?: string
  readonly found?: FoundView
  readonly details?: MessageDetails
  readonly picture?: PictureView
  readonly safety?: SafetyView
  readonly tried?: TriedRelay
  readonly left?: readonly string[]
  readonly file?: string
  readonly pieceBytes?: number
  readonly pieces?: number
  readonly bytes?: string
}

export interface EngineView {
  /**
   * `opening`: the passphrase is being stretched or rows are read. `unavailable`: the storage cannot be read, and
   * `trouble` says why; only `tryAgain` and `wipe` are accepted.
   */
  readonly phase: 'starting' | 'unavailable' | 'noProfile' | 'locked' | 'opening' | 'ready'
  readonly profile: {
    readonly name: string
    readonly account: string
    readonly hasPassphrase: boolean
    /** See `setProfile`. */
    readonly line: string
    /** Names the picture, for `readPicture`; null: there is none. */
    readonly picture: string | null
    /** See `setAutoLock`. */
    readonly autoLockMinutes: number | null
    readonly notifications: NotificationsView
    /** See `setPrivacy`. */
    readonly privacy: { readonly [C in PrivacyChoice]: boolean }
    /** The emoji that the person chose last, the last one first: see `keepEmoji`. */
    readonly recentEmoji: readonly string[]
    /** See `setFetchedAtOnce`. */
    readonly fetchedAtOnceBytes: number
    /** Whether there is a contact link. What it is, only `contactLink` answers. */
    readonly hasContactLink: boolean
    /** When a relay last said that another copy of this profile reads the same inbox; null: none did. */
    readonly secondReaderMs: number | null
  } | null
  /** All that it is connected to or tries to reach: those that the person chose, its groups', and a few of others. */
  readonly relays: readonly OwnRelayView[]
  /** Pinned conversations first, in the order in which they were pinned; then the newest first. */
  readonly groups: readonly GroupView[]
  /** Who asks to write, and shares no group: no conversation, and counted nowhere. The newest first, with those that the person blocked. */
  readonly requests: readonly ContactRequestView[]
  readonly search: SearchView
  /** The conversation that a popup opens in until then: see `keepPopupPlace`. null: it opens in the list. */
  readonly popupPlace: { readonly group: string; readonly untilMs: number } | null
  /** What was typed into forms and is not used yet: see `keepTyped`. */
  readonly typed: { readonly [F in TypedField]: string }
  /** How far this device's clock is ahead of its relays' (behind: below 0), if it is too wrong for joining; null: it is not, as far as known. */
  readonly clockAheadMs: number | null
  /**
   * A problem of this device that the person should know; null when all is well. `profileEmpty`: nothing was stored in the
   * earlier profile, and a new one begins.
   */
  readonly trouble: StorageTrouble | 'profileEmpty' | null
  /** After wrong passphrases: before when none is taken, though it be in the past by now; null: there is no wait. */
  readonly nextTryMs: number | null
  /** Everything was deleted since this engine began, and this is what was found of it afterwards; null: it was not, or there is a profile again. */
  readonly wiped: { readonly left: readonly string[] } | null
}
