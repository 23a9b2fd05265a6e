/** What pages ask of the engine. Plain JSON, because ports carry nothing else. */

import type { WrittenPicture } from './file-view.ts'
import type { NotificationsView } from './notifications-view.ts'

export type EngineRequest =
  /** Creates a profile. `passphrase` null: the data key stays in this browser profile without protection by a passphrase. */
  | { readonly kind: 'createProfile'; readonly name: string; readonly passphrase: string | null; readonly relays: readonly string[] }
  | { readonly kind: 'unlock'; readonly passphrase: string }
  | { readonly kind: 'lock' }
  /** Another passphrase, or none (null). `current`: the one that opens the profile now; null: it has none. */
  | { readonly kind: 'changePassphrase'; readonly current: string | null; readonly next: string | null }
  /** The person is there: a key, a touch, a pointer. What keeps the device from locking itself, and what others see of it (`setPrivacy`). */
  | { readonly kind: 'active' }
  /** After how many minutes without `active` the device locks itself; null: never. Without a passphrase it never does. */
  | { readonly kind: 'setAutoLock'; readonly minutes: number | null }
  /** How the person wants to hear of messages while no page shows them. */
  | { readonly kind: 'setNotifications'; readonly show: NotificationsView['show']; readonly mentionsThroughMute: boolean }
  /** What the person lets others know, and is let know in return. See `PrivacyView`. */
  | { readonly kind: 'setPrivacy'; readonly what: PrivacyChoice; readonly isOn: boolean }
  /** Looks at the storage again. Accepted in the phase `unavailable` only. */
  | { readonly kind: 'tryAgain' }
  /** Deletes everything this profile ever stored. Answers `{ left }`: what is found of it afterwards, by name. */
  | { readonly kind: 'wipe' }
  /** Answers `{ tried }` within 15 seconds: whether a relay can be reached. It is not kept. Also before there is a profile. */
  | { readonly kind: 'tryRelay'; readonly address: string }
  /** `address` as people copy it (`readRelayAddress`). Without a peer id, the first that the relay proves is kept. */
  | { readonly kind: 'addRelay'; readonly address: string }
  | { readonly kind: 'removeRelay'; readonly address: string }
  /** Answers `{ group }`. `isSmall`: for 12 people at most, each message is sealed for each of their devices by itself. */
  | { readonly kind: 'createGroup'; readonly title: string; readonly isSmall?: boolean }
  /** Answers `{ group }`: the conversation with one person of a shared group alone. */
  | { readonly kind: 'openDirectChat'; readonly account: string }
  /** Answers `{ invite, expiresMs, uses }`, the text to share. `uses`: how many may join by it; absent: as many as the limit allows. */
  | { readonly kind: 'createInvite'; readonly group: string; readonly uses?: number }
  | { readonly kind: 'revokeInvites'; readonly group: string }
  /**
   * Answers `{ group }` at once. The join goes on in the background and shows in the view. If this device is a member already
   * and the invite names other relays, the answer is `{ group, looksAt }`: the group is looked for there.
   * `invite` is any text that contains one. If it contains several, the person has to choose (`severalInvites`). If it contains none
   * and a contact link, the answer is `{ contact }`: whom `writeByLink` would write to. Nothing was begun.
   */
  | { readonly kind: 'join'; readonly invite: string }
  | { readonly kind: 'cancelJoin'; readonly group: string }
  /** Answers `{ group }`: the conversation with the person of a contact link alone, in any text that contains one. */
  | { readonly kind: 'writeByLink'; readonly link: string }
  /** This person's contact link. `show` and `replace` answer `{ contactLink }`, a secret: the one that there is, or a new one. */
  | { readonly kind: 'contactLink'; readonly what: 'show' | 'replace' | 'takeBack' }
  /** What the person says to one who asks to write. `accept` answers `{ group }`. Nobody is told of `block`, and `unblock` takes it back. */
  | { readonly kind: 'answerContactRequest'; readonly account: string; readonly answer: 'accept' | 'block' | 'unblock' }
  /** Removes all requests that wait. */
  | { readonly kind: 'clearContactRequests' }
  /**
   * Answers `{ message }`, the id. The message is durable before the answer. `replyTo`: the message that it answers. `lifetimeSeconds`: it
   * vanishes sooner than the group says; null: the composer holds no such choice. `files`: attached ones that are ready (`attachFile`), in their order; then the text may be empty.
   */
  | {
      readonly kind: 'send'
      readonly group: string
      readonly text: string
      readonly mentions?: readonly WrittenMention[]
      readonly replyTo?: string | null
      readonly lifetimeSeconds?: number | null
      readonly files?: readonly string[]
    }
  /**
   * Says a text in other groups, as one that is passed on: in all of them, or in none. `files`: all those of a message, as it shows them; the
   * text may be empty then.
   */
  | {
      readonly kind: 'forward'
      readonly groups: readonly string[]
      readonly text: string
      readonly files?: {
        readonly group: string
        readonly message: string
        readonly files: readonly { readonly number: number; readonly name: string; readonly mediaType: string; readonly picture: WrittenPicture | null }[]
      } | null
    }
  /** Ends one of `GroupView.passingOn`, or what is said of it. */
  | { readonly kind: 'endPassingOn'; readonly group: string; readonly as: string }
  /** Another text for an own message, within a day. It ends `setEditing`. */
  | { readonly kind: 'editMessage'; readonly group: string; readonly message: string; readonly text: string; readonly mentions?: readonly WrittenMention[] }
  /** Deletes a message on this device, or an own one on everybody's. */
  | { readonly kind: 'deleteMessage'; readonly group: string; readonly message: string; readonly forAll: boolean }
  /** Puts the person's reaction beside a message and replaces the one before. `emoji` null removes it. */
  | { readonly kind: 'react'; readonly group: string; readonly message: string; readonly emoji: string | null }
  /** The person wrote this emoji: it is offered first. Those of reactions are kept by themselves. */
  | { readonly kind: 'keepEmoji'; readonly emoji: string }
  /**
   * Answers `{ messages, more }`, oldest first: the newest page, or the one before the sort key `before`, or the one after the sort
   * key `after`. `more`: there are others in that direction.
   */
  | { readonly kind: 'readMessages'; readonly group: string; readonly before: string | null; readonly after?: string | null; readonly limit: number }
  /** Answers `{ order }`, the sort key of a message. */
  | { readonly kind: 'findMessage'; readonly group: string; readonly message: string }
  /**
   * Answers `{ found }`: messages that have every word of a text, as a word or as the beginning of one, without regard to case and accents. `group`
   * null: of all conversations, some messages of each. `from`: so many messages, or conversations, are known already.
   */
  | { readonly kind: 'search'; readonly text: string; readonly group: string | null; readonly from: number }
  /** Off: the index of words is deleted, and nothing can be searched. On: it is made again. */
  | { readonly kind: 'setSearch'; readonly isOn: boolean }
  /** Answers `{ details }`: who could read a message. */
  | { readonly kind: 'messageDetails'; readonly group: string; readonly message: string }
  /** Tells the group's admins, and nobody else, of another's message. `words`: why; may be empty. */
  | { readonly kind: 'reportMessage'; readonly group: string; readonly message: string; readonly words: string }
  /** The person has seen everything that is here. Others are told, if the person lets them know (`setPrivacy`). */
  | { readonly kind: 'markRead'; readonly group: string }
  /** The person types into the composer, again and again while it does; or no longer, since it sent the text or left it. */
  | { readonly kind: 'typing'; readonly group: string; readonly isTyping: boolean }
  /** A reminder beside a conversation that is read; `markRead` takes it away. */
  | { readonly kind: 'markUnread'; readonly group: string }
  /** Pinned conversations are on top, in the order in which they were pinned. */
  | { readonly kind: 'setPinned'; readonly group: string; readonly isPinned: boolean }
  /** For so many minutes; null: until the person says otherwise; 0: not any more. */
  | { readonly kind: 'mute'; readonly group: string; readonly minutes: number | null }
  /** An archived conversation comes back with the next message of another, unless it is muted. */
  | { readonly kind: 'setArchived'; readonly group: string; readonly isArchived: boolean }
  /** Where the conversation is scrolled to; null: at its end. */
  | { readonly kind: 'keepReadingPlace'; readonly group: string; readonly place: ReadingPlace | null }
  /** The popup shows this conversation, or a screen of it, said again while it does; null: another screen. The next popup opens there for a while. */
  | { readonly kind: 'keepPopupPlace'; readonly group: string | null }
  /** Where the cursor is in the draft, in UTF-16 code units. */
  | { readonly kind: 'keepSelection'; readonly group: string; readonly start: number; readonly end: number }
  | { readonly kind: 'setDraft'; readonly group: string; readonly text: string; readonly mentions?: readonly WrittenMention[] }
  /** How many seconds the next message lasts, on every page, until it is sent: no longer than the group says. null: as long as that. */
  | { readonly kind: 'setDraftLifetime'; readonly group: string; readonly seconds: number | null }
  /** What the composer answers, on every page, until it is sent. null: nothing. */
  | { readonly kind: 'setReplyTo'; readonly group: string; readonly message: string | null }
  /** The message whose text is edited in place of writing the draft, on every page, until it is sent. null: none. */
  | { readonly kind: 'setEditing'; readonly group: string; readonly message: string | null }
  /** Keeps the text of that edit as far as it is written. Nothing happens if another message is edited by now, or none. */
  | { readonly kind: 'keepEdit'; readonly group: string; readonly message: string; readonly text: string; readonly mentions?: readonly WrittenMention[] }
  /** Keeps what is typed into a form while its page is closed: only in memory, until it is used, locked or wiped. */
  | { readonly kind: 'keepTyped'; readonly field: TypedField; readonly text: string }
  /**
   * Begins to attach a file to the next message. Answers `{ file, pieceBytes, pieces }`: it is handed over in so many pieces, each but the
   * last of that length. Nothing of it outlasts a stop of the engine before it is sent.
   */
  | {
      readonly kind: 'attachFile'
      readonly group: string
      readonly name: string
      readonly mediaType: string
      readonly sizeBytes: number
      readonly picture?: WrittenPicture | null
    }
  /** The pieces in their order, counted from 0. `bytes`: base64url. Answered once it is on the disk; the last one, once the file may be sent. */
  | { readonly kind: 'attachPiece'; readonly group: string; readonly file: string; readonly piece: number; readonly bytes: string }
  | { readonly kind: 'detachFile'; readonly group: string; readonly file: string }
  /** A file of a message shall come, or come again. */
  | { readonly kind: 'fetchFile'; readonly group: string; readonly message: string; readonly number: number }
  /** What is here of it stays. */
  | { readonly kind: 'pauseFile'; readonly group: string; readonly message: string; readonly number: number }
  /** What is here of it goes, also of one's own. */
  | { readonly kind: 'cancelFile'; readonly group: string; readonly message: string; readonly number: number }
  /** Answers `{ bytes }`, base64url: of the bytes from `fromByte` to before `toByte` as many as come at once; none behind the end. */
  | {
      readonly kind: 'readFile'
      readonly group: string
      readonly message: string
      readonly number: number
      readonly fromByte: number
      readonly toByte: number
    }
  /** Larger files wait until the person asks for them. */
  | { readonly kind: 'setFetchedAtOnce'; readonly bytes: number }
  | { readonly kind: 'removeMember'; readonly group: string; readonly account: string }
  | { readonly kind: 'setRole'; readonly group: string; readonly account: string; readonly role: 'member' | 'admin' }
  /** Whether the devices of a group's members stay away from direct connections with one another. For admins only. */
  | { readonly kind: 'setAddressPrivacy'; readonly group: string; readonly isOn: boolean }
  /** How long messages last that are said from now on, in seconds; 0: until they are deleted. Every member may say it. */
  | { readonly kind: 'setLifetime'; readonly group: string; readonly seconds: number }
  /** What members pass on to new ones of the time before them: of so many days, or the last so many messages; both 0: nothing. For admins only. */
  | { readonly kind: 'setHistory'; readonly group: string; readonly days: number; readonly messages: number }
  /** Sets the relays of a group for all its members, the one to try first in front. For admins only. */
  | { readonly kind: 'setRelays'; readonly group: string; readonly relays: readonly string[] }
  /** Looks for a group's mailboxes at this relay too: on this device only, and for a while. */
  | { readonly kind: 'lookAtRelay'; readonly group: string; readonly address: string }
  /** `successor` is needed if the last admin leaves other members behind. */
  | { readonly kind: 'leaveGroup'; readonly group: string; readonly successor: string | null }
  /** The group's title, for admins. */
  | { readonly kind: 'setTitle'; readonly group: string; readonly title: string }
  /** The group's description and picture, for admins: as in `setProfile`. */
  | { readonly kind: 'setGroupProfile'; readonly group: string; readonly description: string; readonly picture?: string | null }
  /** What this person says about itself in a line, and its picture: base64url of a PNG, JPEG or WebP; null: none; absent: as it was. */
  | { readonly kind: 'setProfile'; readonly line: string; readonly picture?: string | null }
  /** Answers `{ picture }`: one that the view names. */
  | { readonly kind: 'readPicture'; readonly picture: string }
  /** What this person calls itself, in every group. */
  | { readonly kind: 'setName'; readonly name: string }
  /** What this person calls another, on this device only. null: what that one calls itself. */
  | { readonly kind: 'setPetname'; readonly account: string; readonly petname: string | null }
  /** Answers `{ safety }`: what two people compare to be sure that they know each other's account. */
  | { readonly kind: 'safetyNumber'; readonly account: string }
  /**
   * Blocked: what the person says is not shown, on this device; nothing of a conversation with them alone is taken in; and they begin none.
   * Nobody is told. What comes meanwhile in groups is there again once it is taken back.
   */
  | { readonly kind: 'setBlocked'; readonly account: string; readonly isBlocked: boolean }
  /** The numbers were the same while the account had these devices, as `safety` named them. null takes the mark back. */
  | { readonly kind: 'setVerified'; readonly account: string; readonly devices: readonly string[] | null }
  /** Any text that holds the code that the account's person shows: where it fits, the account is marked as verified. */
  | { readonly kind: 'compareSafetyCode'; readonly account: string; readonly code: string }
  /** Goes on with an account whose device lists contradict each other. */
  | { readonly kind: 'trustDevices'; readonly account: string }
  /** Deletes a group that this device left or was removed from, with its history. */
  | { readonly kind: 'forgetGroup'; readonly group: string }

/** What a person may let others know: what it has read, that it types, that it is there. */
export type PrivacyChoice = 'readReceipts' | 'typing' | 'presence'
/** The message at the upper edge of a conversation. */
export interface ReadingPlace {
  readonly message: string
  /** Its sort key: the message may be gone by then. */
  readonly order: string
  /** How much of it is above the edge, px. */
  readonly hiddenPx: number
}

/** A person who is mentioned in a text that is written, and where: counted in UTF-16 code units. */
export interface WrittenMention {
  readonly account: string
  readonly start: number
  readonly length: number
}

/** A field of a form that is not sent yet. Never a passphrase. `shared`: what was chosen on a web page, to be put into a draft (PROTOCOL 9.22). */
export type TypedField = 'profileName' | 'groupTitle' | 'invite' | 'shared'

export type RequestKind = EngineRequest['kind']
