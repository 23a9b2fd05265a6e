/** A group and its members as pages show them. */

import type { AttachmentView, ComingFileView, PassingOnView } from './file-view.ts'
import type { QuoteView } from './message-view.ts'
import type { ReadingPlace, WrittenMention } from './requests.ts'
import type { PersonName, VerifiedMark } from './person-view.ts'
import type { RelayView } from './relay-view.ts'

export interface GroupView {
  readonly id: string
  /** Empty until a title is known that the membership log names. */
  readonly title: string
  /** The one other person of a direct chat, which has no title of its own; null: it is a group. */
  readonly direct: (PersonName & { readonly account: string; readonly isBlocked: boolean }) | null
  /** What an admin says about it; empty: nothing. */
  readonly description: string
  /** Names its picture, for `readPicture`; null: it has none. */
  readonly picture: string | null
  /** The log names another by now, which has not arrived yet. */
  readonly isTitleFormer: boolean
  readonly state: 'joining' | 'member' | 'removed' | 'left'
  /** While joining: the last step that was reached, or why it ended. */
  readonly join: JoinView | null
  /**
   * How messages travel now: through a relay, or not. `direct` where a member who lets us know that it is there is connected
   * directly, or where there is no relay and messages go from device to device: nobody's connection is shown otherwise. `turn`: the same, and a TURN
   * server passes it on.
   */
  readonly connection: 'direct' | 'turn' | 'relay' | 'offline'
  readonly members: readonly MemberView[]
  /** Members who type now, those who began first in front. */
  readonly typing: readonly TypistView[]
  readonly unread: number
  /** While some are unread, what was read: sort keys up to `order`, and what came before `atMs`. null: nothing, or it is not known. */
  readonly readUpTo: { readonly order: string; readonly atMs: number } | null
  readonly isPinned: boolean
  /** May be past: then it is not muted any more. The largest number of 48 bits: until the person says otherwise. */
  readonly mutedUntilMs: number | null
  readonly isArchived: boolean
  /** The person marked it as unread. */
  readonly isMarkedUnread: boolean
  /** See `keepReadingPlace`. */
  readonly readingPlace: ReadingPlace | null
  /** How many of those mention this person. */
  readonly mentions: number
  readonly draft: string
  readonly draftMentions: readonly WrittenMention[]
  /** See `keepSelection`. */
  readonly draftSelection: { readonly start: number; readonly end: number } | null
  /** How many seconds the draft lasts once it is sent, where that is shorter than `lifetimeSeconds`. See `setDraftLifetime`. */
  readonly draftLifetimeSeconds: number | null
  /** What the draft answers. */
  readonly replyTo: QuoteView | null
  /** The message that is edited in place of writing the draft, and its text as far as it is written. */
  readonly editing: { readonly message: string; readonly text: string; readonly mentions: readonly WrittenMention[] } | null
  /** See `attachFile`. */
  readonly attachments: readonly AttachmentView[]
  /** What is passed on to it with files that are not ready yet. */
  readonly passingOn: readonly PassingOnView[]
  /** Files of its messages that come now. */
  readonly coming: readonly ComingFileView[]
  readonly lastMessage: {
    /** Empty if it was deleted. */
    readonly text: string
    readonly deleted: boolean
    readonly senderName: string
    readonly senderAnother: number
    readonly own: boolean
    readonly atMs: number
    /** It has a lifetime. */
    readonly vanishes: boolean
  } | null
  /** Grows when anything in the conversation changed, so that the page reads its window again. */
  readonly revision: number
  /** Its members' devices never connect directly to one another, and see no network address of another. */
  readonly isAddressPrivate: boolean
  /** How long messages last that are said now, in seconds; 0: until they are deleted. */
  readonly lifetimeSeconds: number
  /** What new members are passed on of the time before them: of so many days, or so many messages; both 0: nothing. */
  readonly history: { readonly days: number; readonly messages: number }
  /** Where its messages are left: the relays that an admin named, or those that this device joined with. */
  readonly relays: readonly RelayView[]
  /** Where else this device looks for it, for a while: its earlier relays, and those that an invite or the person named. */
  readonly looksAt: readonly RelayView[]
  /** What this person may do here. */
  readonly may: {
    readonly send: boolean
    readonly invite: boolean
    readonly removeOthers: boolean
    readonly setRoles: boolean
    readonly setRelays: boolean
    readonly setAddressPrivacy: boolean
    readonly setHistory: boolean
    readonly setTitle: boolean
  }
  /** Facts for the security page. */
  readonly security: {
    readonly groupCipher: GroupCipherName
    readonly epoch: string
    /** When this device moved to it, by its own clock; null: it has none now. */
    readonly epochSinceMs: number | null
    readonly keyId: number
    /** When our present key was made; null before the first message. */
    readonly rotatedMs: number | null
    /** Key recipients of our present key that acknowledged it, of all `devices`. */
    readonly devicesHolding: number
    readonly devices: number
  }
  /**
   * Why own messages wait a few seconds, without any error. `comparison`: this device has just joined and first compares
   * logs with a member that had no part in its admission. `answer`: what is written by a contact link waits until its person
   * accepts, however long that takes. null: nothing waits for that.
   */
  readonly waitsFor: 'comparison' | 'answer' | null
  /** Envelopes that cannot be opened now, by cause; empty when all is well. */
  readonly unreadable: readonly { readonly cause: UnreadableCause; readonly count: number; readonly repairing: boolean }[]
}

/** How a group seals its messages. */
export type GroupCipherName = 'sender-keys' | 'pairwise' | 'mls'

export type UnreadableCause = 'keyNotYetReceived' | 'senderUnreachable' | 'removedBeforeItWasSent' | 'keyDestroyed' | 'damaged' | 'fromBeforeYouJoined'

export interface JoinView {
  /** `connecting` → `waiting` (left at the rendezvous; no member has admitted yet) → `admitted` (keys are on the way). */
  readonly step: 'connecting' | 'waiting' | 'admitted' | 'refused'
  readonly reason: 'expired' | 'spent' | 'closed' | 'foreign' | 'full' | 'unknownCipher' | null
}

export interface TypistView extends PersonName {
  readonly account: string
}

/** Which of our messages a member has read, by their sort keys: those after `from` and up to `upTo`. */
export interface ReadView {
  /** What is not after this was not for it: it came later. */
  readonly from: string
  /** Empty: none, as far as known. */
  readonly upTo: string
  /** It read the messages after this one at `atMs`; when it read earlier ones is not known any more. */
  readonly since: string
  readonly atMs: number
}

export interface MemberView extends PersonName {
  readonly account: string
  /** What the person of this device calls it; empty: nothing of its own. */
  readonly petname: string
  readonly callsItself: string
  /** What it says about itself; empty: nothing. */
  readonly line: string
  /** Names its picture, for `readPicture`; null: it has none. */
  readonly picture: string | null
  readonly mark: VerifiedMark
  /** Nothing is sent to it: see `SafetyView`. */
  readonly isForked: boolean
  /** What it says is not shown here: see `setBlocked`. */
  readonly isBlocked: boolean
  readonly role: 'member' | 'admin'
  readonly own: boolean
  /** Whether it is there; null: it does not let us know, or we let nobody know. */
  readonly presence: 'here' | 'away' | null
  /** How it is reached, where it lets us know that it is there; else null. */
  readonly connection: 'direct' | 'turn' | 'relay' | null
  /** Up to where it has read; null: we do not let others know, or it is oneself. */
  readonly read: ReadView | null
  readonly devices: number
}
