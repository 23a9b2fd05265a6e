/** What pages ask of the engine and what they are shown: requests, replies, and the view. Plain JSON, because ports carry nothing else. */

export type EngineRequest =
  /** Makes a profile. `passphrase` null: the data key stays in this browser profile unprotected by one. */
  | { readonly kind: 'createProfile'; readonly name: string; readonly passphrase: string | null; readonly relays: readonly string[] }
  | { readonly kind: 'unlock'; readonly passphrase: string }
  | { readonly kind: 'lock' }
  /** Looks at the storage again; granted in the phase `unavailable` only. */
  | { readonly kind: 'tryAgain' }
  /** Deletes everything this profile ever stored. */
  | { readonly kind: 'wipe' }
  /** `address` as people copy it (`readRelayAddress`); without a peer id the first that the relay proves is kept. */
  | { readonly kind: 'addRelay'; readonly address: string }
  | { readonly kind: 'removeRelay'; readonly address: string }
  /** Answers `{ group }`. */
  | { readonly kind: 'createGroup'; readonly title: string }
  /** Answers `{ invite, expiresMs, uses }`, the text to share. `uses`: how many may come in by it; absent: as many as one may. */
  | { readonly kind: 'createInvite'; readonly group: string; readonly uses?: number }
  | { readonly kind: 'revokeInvites'; readonly group: string }
  /**
   * Answers `{ group }` at once; the join itself goes on in the background and shows in the view. In a group that one is in
   * already an invite that names other relays answers `{ group, looksAt }`: the group is looked for there.
   * `invite` is any text that holds one; of several the person has to choose (`severalInvites`).
   */
  | { readonly kind: 'join'; readonly invite: string }
  | { readonly kind: 'cancelJoin'; readonly group: string }
  /** Answers `{ message }`, the id; written durably before the answer. */
  | { readonly kind: 'send'; readonly group: string; readonly text: string }
  /** Puts one's reaction beside a message, in place of the one before; `emoji` null takes it back. */
  | { readonly kind: 'react'; readonly group: string; readonly message: string; readonly emoji: string | null }
  /** Answers `{ messages, more }`, oldest first: the newest page, or the one before `before`. */
  | { readonly kind: 'readMessages'; readonly group: string; readonly before: string | null; readonly limit: number }
  /** Answers `{ details }`: who could read a message. */
  | { readonly kind: 'messageDetails'; readonly group: string; readonly message: string }
  | { readonly kind: 'markRead'; readonly group: string }
  | { readonly kind: 'setDraft'; readonly group: string; readonly text: string }
  /** Keeps what is typed in a form while its page is closed: in memory alone, until it is used, locked or wiped. */
  | { readonly kind: 'keepTyped'; readonly field: TypedField; readonly text: string }
  | { readonly kind: 'removeMember'; readonly group: string; readonly account: string }
  | { readonly kind: 'setRole'; readonly group: string; readonly account: string; readonly role: 'member' | 'admin' }
  /** Names the relays of a group for all its members, the one to try first in front. An admin's. */
  | { readonly kind: 'setRelays'; readonly group: string; readonly relays: readonly string[] }
  /** Looks for a group's mailboxes at this relay too: this device alone, and for a while. */
  | { readonly kind: 'lookAtRelay'; readonly group: string; readonly address: string }
  /** `successor` is needed where the last admin leaves others behind. */
  | { readonly kind: 'leaveGroup'; readonly group: string; readonly successor: string | null }
  /** Takes a group that one left, or was removed from, off the list with its history. */
  | { readonly kind: 'forgetGroup'; readonly group: string }

/** A field of a form that is not sent yet. Never a passphrase. */
export type TypedField = 'profileName' | 'groupTitle' | 'invite'

export type RequestKind = EngineRequest['kind']

/** Why a request was refused. The app has one sentence for each; `numbers` fill its gaps. */
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
  | StorageTrouble
  | 'profileEmpty'
  | 'badRequest'

/** Why nothing can be read or written. */
export type StorageTrouble =
  | 'storageFull'
  | 'storageDamaged'
  /** The browser lets nothing be stored: a private window, a history that is never kept. */
  | 'storageRefused'
  /** A later version wrote what is there. */
  | 'storageNewer'
  /** Something else: it is not known why. */
  | 'storageFailed'

export interface Rejection {
  readonly code: RejectionCode
  /** Such as `{ limit: 16384, length: 20000 }`. */
  readonly numbers: { readonly [name: string]: number }
  /** Of `severalInvites`: those that were found, in their order. */
  readonly choices?: readonly InviteChoice[]
}

/** One of several invites in a pasted text, and what a person may tell it by. */
export interface InviteChoice {
  /** The invite alone: what to join with. */
  readonly invite: string
  /** The words before it in the text; empty where there are none. */
  readonly wordsBefore: string
  readonly expiresMs: number
  /** The address of its first relay. */
  readonly relay: string
}

export type EngineReply = { readonly ok: true; readonly value: EngineValue } | { readonly ok: false; readonly rejection: Rejection }

/** What a request answers; fields by request kind as said there. */
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
}

/** Who could read a message, and where it stands. */
export interface MessageDetails {
  /**
   * What the list rests on. `keys`: the devices that this device handed the key to. `log`: those that the membership log
   * names where its author sealed it. `unknown`: only its content came, or operations are missing. `notSealedYet`: it
   * waits for a connection, and whoever is a member then can read it. `notSent`: it never will.
   */
  readonly basis: 'keys' | 'log' | 'unknown' | 'notSealedYet' | 'notSent'
  readonly readers: readonly Reader[]
  readonly epoch: string
  readonly keyId: number
  readonly iteration: number
  /** Heads of the membership log that its author had seen. */
  readonly frontier: readonly string[]
}

export interface Reader {
  readonly account: string
  readonly name: string
  readonly own: boolean
  /** How many of this person's devices could read it. */
  readonly devices: number
  /** How many of them have said that it is open there; null: only its author is told. */
  readonly opened: number | null
  /** Whether this person is in the group now. */
  readonly isMember: boolean
  /** When a secure session with a device of theirs was last set up anew because nothing had come back in it; null: never. */
  readonly sessionReplacedMs: number | null
}

export interface EngineView {
  /**
   * `opening`: the passphrase is being stretched or rows are read. `unavailable`: what is stored cannot be read, and
   * `trouble` says why; only `tryAgain` and `wipe` lead on.
   */
  readonly phase: 'starting' | 'unavailable' | 'noProfile' | 'locked' | 'opening' | 'ready'
  readonly profile: { readonly name: string; readonly account: string; readonly hasPassphrase: boolean } | null
  readonly relays: readonly RelayView[]
  /** Newest conversation first. */
  readonly groups: readonly GroupView[]
  /** What was typed into forms and not used yet: see `keepTyped`. */
  readonly typed: { readonly [F in TypedField]: string }
  /** By how much this device's clock is ahead of its relays' (behind: below 0), where it is so wrong that nobody can be joined; null: it is not, as far as can be told. */
  readonly clockAheadMs: number | null
  /**
   * Something is wrong with this device that the person should know; null when all is well. `profileEmpty`: nothing was
   * stored in the profile that was here, and one begins anew.
   */
  readonly trouble: StorageTrouble | 'profileEmpty' | null
}

export interface RelayView {
  readonly address: string
  /** `anotherRelay`: somebody answers there who has another key than the address says. */
  readonly state: 'connecting' | 'connected' | 'unreachable' | 'anotherRelay'
}

export interface GroupView {
  readonly id: string
  /** Empty until the title is known (while joining). */
  readonly title: string
  readonly state: 'joining' | 'member' | 'removed' | 'left'
  /** While joining: the last step that was reached, or why it ended. */
  readonly join: JoinView | null
  /** How messages travel now: `direct` if at least one member is reached directly, else through a relay, else not. */
  readonly connection: 'direct' | 'relay' | 'offline'
  readonly members: readonly MemberView[]
  readonly unread: number
  readonly draft: string
  readonly lastMessage: { readonly text: string; readonly senderName: string; readonly own: boolean; readonly atMs: number } | null
  /** Grows when anything in the conversation changed: the page reads its window again. */
  readonly revision: number
  /** Where its messages are left, as an admin said or as one came. */
  readonly relays: readonly RelayView[]
  /** Where else this device looks for it, for a while: where it was, where an invite led, where one said. */
  readonly looksAt: readonly RelayView[]
  /** What one may do here. */
  readonly may: { readonly send: boolean; readonly invite: boolean; readonly removeOthers: boolean; readonly setRoles: boolean; readonly setRelays: boolean }
  /** Facts for the security page. */
  readonly security: {
    readonly groupCipher: GroupCipherName
    readonly epoch: string
    readonly keyId: number
    /** When our own key was last made anew; null before the first message. */
    readonly rotatedMs: number | null
    /** Devices that hold our current key and have said so, of all that are meant to. */
    readonly devicesHolding: number
    readonly devices: number
  }
  /**
   * Why what one wrote has not left, where that is for a few seconds and no fault. `comparison`: one has just come in, and
   * somebody who had no part in that is asked first whether they know the same group. null: nothing waits so.
   */
  readonly waitsFor: 'comparison' | null
  /** Envelopes that cannot be opened now, by cause; empty when all is well. */
  readonly unreadable: readonly { readonly cause: UnreadableCause; readonly count: number; readonly repairing: boolean }[]
}

/** How a group seals its messages. */
export type GroupCipherName = 'sender-keys' | 'pairwise' | 'mls'

export type UnreadableCause = 'keyNotYetReceived' | 'senderUnreachable' | 'removedBeforeItWasSent' | 'keyDestroyed' | 'damaged' | 'fromBeforeYouJoined'

export interface JoinView {
  /** `connecting` → `waiting` (left at the rendezvous; nobody has admitted yet) → `admitted` (keys are on the way). */
  readonly step: 'connecting' | 'waiting' | 'admitted' | 'refused'
  readonly reason: 'expired' | 'spent' | 'closed' | 'foreign' | 'unknownCipher' | null
}

export interface MemberView {
  readonly account: string
  readonly name: string
  readonly role: 'member' | 'admin'
  readonly own: boolean
  readonly connection: 'direct' | 'relay' | 'offline'
  readonly devices: number
}

/** One emoji beside a message, and who put it there. */
export interface ReactionView {
  readonly emoji: string
  /** Names of the people, in the order in which they did; one's own is not among them (see `own`). */
  readonly people: readonly string[]
  readonly own: boolean
}

export interface MessageView {
  readonly id: string
  /** Sort key; pass the oldest one's as `before` to read further. */
  readonly order: string
  readonly account: string
  readonly senderName: string
  readonly own: boolean
  readonly atMs: number
  readonly body:
    | { readonly kind: 'text'; readonly text: string }
    /** Something that happened to the group, as a line between messages. `name` is whom it is about. */
    | { readonly kind: 'notice'; readonly notice: GroupNotice; readonly name: string }
  /** Of one's own messages. */
  readonly state: 'sending' | 'sent' | 'delivered' | 'notSentRemoved' | 'notSentLeft' | null
  /** Came as a resend from its author and not as the original envelope. */
  readonly resent: boolean
  /** What people put beside it, the emoji that most have first. Empty for a notice. */
  readonly reactions: readonly ReactionView[]
}

export type GroupNotice = 'created' | 'joined' | 'removed' | 'left' | 'youWereRemoved' | 'madeAdmin' | 'madeMember'
