/** Requests of pages to the engine, its replies, and the view that pages show. Plain JSON, because ports carry nothing else. */

import type { MessageDetails } from './message-details.ts'
import type { MessageView, QuoteView } from './message-view.ts'
import type { PersonName, SafetyView, VerifiedMark } from './person-view.ts'

export type EngineRequest =
  /** Creates a profile. `passphrase` null: the data key stays in this browser profile without protection by a passphrase. */
  | { readonly kind: 'createProfile'; readonly name: string; readonly passphrase: string | null; readonly relays: readonly string[] }
  | { readonly kind: 'unlock'; readonly passphrase: string }
  | { readonly kind: 'lock' }
  /** Another passphrase, or none (null). `current`: the one that opens the profile now; null: it has none. */
  | { readonly kind: 'changePassphrase'; readonly current: string | null; readonly next: string | null }
  /** The person is there: a key, a touch, a pointer. What keeps the device from locking itself. */
  | { readonly kind: 'active' }
  /** After how many minutes without `active` the device locks itself; null: never. Without a passphrase it never does. */
  | { readonly kind: 'setAutoLock'; readonly minutes: number | null }
  /** Looks at the storage again. Accepted in the phase `unavailable` only. */
  | { readonly kind: 'tryAgain' }
  /** Deletes everything this profile ever stored. */
  | { readonly kind: 'wipe' }
  /** `address` as people copy it (`readRelayAddress`). Without a peer id, the first that the relay proves is kept. */
  | { readonly kind: 'addRelay'; readonly address: string }
  | { readonly kind: 'removeRelay'; readonly address: string }
  /** Answers `{ group }`. */
  | { readonly kind: 'createGroup'; readonly title: string }
  /** Answers `{ invite, expiresMs, uses }`, the text to share. `uses`: how many may join by it; absent: as many as the limit allows. */
  | { readonly kind: 'createInvite'; readonly group: string; readonly uses?: number }
  | { readonly kind: 'revokeInvites'; readonly group: string }
  /**
   * Answers `{ group }` at once. The join goes on in the background and shows in the view. If this device is a member already
   * and the invite names other relays, the answer is `{ group, looksAt }`: the group is looked for there.
   * `invite` is any text that contains one. If it contains several, the person has to choose (`severalInvites`).
   */
  | { readonly kind: 'join'; readonly invite: string }
  | { readonly kind: 'cancelJoin'; readonly group: string }
  /** Answers `{ message }`, the id. The message is durable before the answer. `replyTo`: the message that it answers. */
  | { readonly kind: 'send'; readonly group: string; readonly text: string; readonly replyTo?: string | null }
  /** Puts the person's reaction beside a message and replaces the one before. `emoji` null removes it. */
  | { readonly kind: 'react'; readonly group: string; readonly message: string; readonly emoji: string | null }
  /** Answers `{ messages, more }`, oldest first: the newest page, or the one before `before`. */
  | { readonly kind: 'readMessages'; readonly group: string; readonly before: string | null; readonly limit: number }
  /** Answers `{ details }`: who could read a message. */
  | { readonly kind: 'messageDetails'; readonly group: string; readonly message: string }
  | { readonly kind: 'markRead'; readonly group: string }
  | { readonly kind: 'setDraft'; readonly group: string; readonly text: string }
  /** What the composer answers, on every page, until it is sent. null: nothing. */
  | { readonly kind: 'setReplyTo'; readonly group: string; readonly message: string | null }
  /** Keeps what is typed into a form while its page is closed: only in memory, until it is used, locked or wiped. */
  | { readonly kind: 'keepTyped'; readonly field: TypedField; readonly text: string }
  | { readonly kind: 'removeMember'; readonly group: string; readonly account: string }
  | { readonly kind: 'setRole'; readonly group: string; readonly account: string; readonly role: 'member' | 'admin' }
  /** Sets the relays of a group for all its members, the one to try first in front. For admins only. */
  | { readonly kind: 'setRelays'; readonly group: string; readonly relays: readonly string[] }
  /** Looks for a group's mailboxes at this relay too: on this device only, and for a while. */
  | { readonly kind: 'lookAtRelay'; readonly group: string; readonly address: string }
  /** `successor` is needed if the last admin leaves other members behind. */
  | { readonly kind: 'leaveGroup'; readonly group: string; readonly successor: string | null }
  /** What this person calls itself, in every group. */
  | { readonly kind: 'setName'; readonly name: string }
  /** What this person calls another, on this device only. null: what that one calls itself. */
  | { readonly kind: 'setPetname'; readonly account: string; readonly petname: string | null }
  /** Answers `{ safety }`: what two people compare to be sure that they know each other's account. */
  | { readonly kind: 'safetyNumber'; readonly account: string }
  /** The numbers were the same while the account had these devices, as `safety` named them. null takes the mark back. */
  | { readonly kind: 'setVerified'; readonly account: string; readonly devices: readonly string[] | null }
  /** Goes on with an account whose device lists contradict each other. */
  | { readonly kind: 'trustDevices'; readonly account: string }
  /** Deletes a group that this device left or was removed from, with its history. */
  | { readonly kind: 'forgetGroup'; readonly group: string }

/** A field of a form that is not sent yet. Never a passphrase. */
export type TypedField = 'profileName' | 'groupTitle' | 'invite'

export type RequestKind = EngineRequest['kind']

/** Why a request was refused. The app has one sentence for each code, and `numbers` fill its gaps. */
export type RejectionCode =
  | 'noProfile'
  | 'profileExists'
  | 'locked'
  | 'wrongPassphrase'
  | 'passphraseTooShort'
  | 'nameEmpty'
  | 'nameTooLong'
  | 'titleEmpty'
  | 'titleTooLong'
  | 'textEmpty'
  | 'textTooLong'
  | 'draftTooLong'
  | 'relayAddressInvalid'
  | 'relayAddressTooLong'
  | 'relayHostImpossible'
  | 'relayPortMissing'
  | 'relayPortImpossible'
  | 'relayNotForBrowsers'
  | 'relayHasPath'
  | 'relayPeerImpossible'
  | 'relayPeerMissing'
  | 'relayNeeded'
  | 'relayNotReachedYet'
  | 'tooManyRelays'
  | 'inviteNotRecognised'
  | 'inviteDamaged'
  | 'inviteOfNewerVersion'
  | 'inviteExpired'
  | 'severalInvites'
  | 'alreadyMember'
  | 'alreadyJoining'
  | 'unknownGroup'
  | 'unknownMessage'
  | 'reactionNoEmoji'
  | 'notMember'
  | 'notAllowed'
  | 'lastAdminNamesSuccessor'
  | 'unknownAccount'
  | 'devicesChanged'
  | StorageTrouble
  | 'profileEmpty'
  | 'badRequest'

/** Why nothing can be read or written. */
export type StorageTrouble =
  | 'storageFull'
  | 'storageDamaged'
  /** The browser refuses to store anything: a private window, or a history that is never kept. */
  | 'storageRefused'
  /** A later version wrote what is stored. */
  | 'storageNewer'
  /** An unknown cause. */
  | 'storageFailed'

export interface Rejection {
  readonly code: RejectionCode
  /** Such as `{ limit: 16384, length: 20000 }`. */
  readonly numbers: { readonly [name: string]: number }
  /** For `severalInvites`: the invites that were found, in their order. */
  readonly choices?: readonly InviteChoice[]
}

/** One of several invites in a pasted text, and what helps a person to recognise it. */
export interface InviteChoice {
  /** The text of the invite alone, to join with. */
  readonly invite: string
  /** The words before it in the text; empty if there are none. */
  readonly wordsBefore: string
  readonly expiresMs: number
  /** The address of its first relay. */
  readonly relay: string
}

export type EngineReply = { readonly ok: true; readonly value: EngineValue } | { readonly ok: false; readonly rejection: Rejection }

/** The answer to a request. The request says which fields its answer has. */
export interface EngineValue {
  readonly group?: string
  readonly looksAt?: readonly string[]
  readonly message?: string
  readonly invite?: string
  readonly expiresMs?: number
  readonly uses?: number
  readonly messages?: readonly MessageView[]
  readonly more?: boolean
  readonly details?: MessageDetails
  readonly safety?: SafetyView
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
    /** See `setAutoLock`. */
    readonly autoLockMinutes: number | null
    /** When a relay last said that another copy of this profile reads the same inbox; null: none did. */
    readonly secondReaderMs: number | null
  } | null
  readonly relays: readonly RelayView[]
  /** Newest conversation first. */
  readonly groups: readonly GroupView[]
  /** What was typed into forms and is not used yet: see `keepTyped`. */
  readonly typed: { readonly [F in TypedField]: string }
  /** How far this device's clock is ahead of its relays' (behind: below 0), if it is too wrong for joining; null: it is not, as far as known. */
  readonly clockAheadMs: number | null
  /**
   * A problem of this device that the person should know; null when all is well. `profileEmpty`: nothing was stored in the
   * earlier profile, and a new one begins.
   */
  readonly trouble: StorageTrouble | 'profileEmpty' | null
}

export interface RelayView {
  readonly address: string
  /** `anotherRelay`: a relay with another key than the address names answers there. */
  readonly state: 'connecting' | 'connected' | 'unreachable' | 'anotherRelay'
}

export interface GroupView {
  readonly id: string
  /** Empty until a title is known that the membership log names. */
  readonly title: string
  /** The log names another by now, which has not arrived yet. */
  readonly isTitleFormer: boolean
  readonly state: 'joining' | 'member' | 'removed' | 'left'
  /** While joining: the last step that was reached, or why it ended. */
  readonly join: JoinView | null
  /** How messages travel now: `direct` if at least one member is connected directly, else through a relay, else not. */
  readonly connection: 'direct' | 'relay' | 'offline'
  readonly members: readonly MemberView[]
  readonly unread: number
  readonly draft: string
  /** What the draft answers. */
  readonly replyTo: QuoteView | null
  readonly lastMessage: {
    readonly text: string
    readonly senderName: string
    readonly senderAnother: number
    readonly own: boolean
    readonly atMs: number
  } | null
  /** Grows when anything in the conversation changed, so that the page reads its window again. */
  readonly revision: number
  /** Where its messages are left: the relays that an admin named, or those that this device joined with. */
  readonly relays: readonly RelayView[]
  /** Where else this device looks for it, for a while: its earlier relays, and those that an invite or the person named. */
  readonly looksAt: readonly RelayView[]
  /** What this person may do here. */
  readonly may: { readonly send: boolean; readonly invite: boolean; readonly removeOthers: boolean; readonly setRoles: boolean; readonly setRelays: boolean }
  /** Facts for the security page. */
  readonly security: {
    readonly groupCipher: GroupCipherName
    readonly epoch: string
    readonly keyId: number
    /** When our present key was made; null before the first message. */
    readonly rotatedMs: number | null
    /** Key recipients of our present key that acknowledged it, of all `devices`. */
    readonly devicesHolding: number
    readonly devices: number
  }
  /**
   * Why own messages wait a few seconds, without any error. `comparison`: this device has just joined and first compares
   * logs with a member that had no part in its admission. null: nothing waits for that.
   */
  readonly waitsFor: 'comparison' | null
  /** Envelopes that cannot be opened now, by cause; empty when all is well. */
  readonly unreadable: readonly { readonly cause: UnreadableCause; readonly count: number; readonly repairing: boolean }[]
}

/** How a group seals its messages. */
export type GroupCipherName = 'sender-keys' | 'pairwise' | 'mls'

export type UnreadableCause = 'keyNotYetReceived' | 'senderUnreachable' | 'removedBeforeItWasSent' | 'keyDestroyed' | 'damaged' | 'fromBeforeYouJoined'

export interface JoinView {
  /** `connecting` → `waiting` (left at the rendezvous; no member has admitted yet) → `admitted` (keys are on the way). */
  readonly step: 'connecting' | 'waiting' | 'admitted' | 'refused'
  readonly reason: 'expired' | 'spent' | 'closed' | 'foreign' | 'unknownCipher' | null
}

export interface MemberView extends PersonName {
  readonly account: string
  /** What the person of this device calls it; empty: nothing of its own. */
  readonly petname: string
  readonly callsItself: string
  readonly mark: VerifiedMark
  /** Nothing is sent to it: see `SafetyView`. */
  readonly isForked: boolean
  readonly role: 'member' | 'admin'
  readonly own: boolean
  readonly connection: 'direct' | 'relay' | 'offline'
  readonly devices: number
}
