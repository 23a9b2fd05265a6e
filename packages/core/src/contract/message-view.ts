/** Messages and the lines between them, as pages show them. */
import type { FileView } from './file-view.ts'
import type { PersonName } from './person-view.ts'

/** One emoji beside a message, and who put it there. */
export interface ReactionView {
  readonly emoji: string
  /** The members, in the order of their reactions. The person's own name is left out (see `own`). */
  readonly people: readonly PersonName[]
  readonly own: boolean
}

/** The message that another answers. */
export interface QuoteView {
  readonly message: string
  /** null: this device does not have it. It may have joined later, or the message may still be on its way. */
  readonly said: {
    readonly senderName: string
    readonly senderAnother: number
    readonly own: boolean
    /** Its beginning. */
    readonly text: string
    readonly atMs: number
  } | null
  /** Why it is not here, where this device knows: its author deleted it, or it vanished here. */
  readonly gone: 'deleted' | 'vanished' | null
}

/** A person who is mentioned in a text, and where: counted in UTF-16 code units, without overlaps, in order. */
export interface MentionView extends PersonName {
  readonly account: string
  /** It is this device's person. */
  readonly own: boolean
  readonly start: number
  readonly length: number
}

/** What a message waits for before it is sent. */
export interface WaitsFor {
  /**
   * `connection`: for a relay of the group, or a member. `room`: a relay has no room for it, or for what some people need to open it.
   * What these people need to open it has not left: `relay`: no relay of theirs took it; `preKeys`: there are no keys of their devices
   * to seal it with.
   */
  readonly why: 'connection' | 'room' | 'relay' | 'preKeys'
  /** Some of the people for whom it waits. */
  readonly people: readonly PersonName[]
  /** It waits for others besides. */
  readonly isForMore: boolean
}

export interface MessageView {
  readonly id: string
  /** Sort key. Pass the oldest message's as `before` to read further. */
  readonly order: string
  readonly account: string
  /** What its sender is called now, or the person that a notice is about. */
  readonly senderName: string
  readonly senderAnother: number
  /** What its sender called itself when it said this, if that was something else. For a rename, always what it was before. */
  readonly senderFormer: PersonName | null
  readonly own: boolean
  readonly atMs: number
  /** When it came, if that was long after it was written, and its place is above what had been read by then. */
  readonly lateMs: number | null
  readonly body:
    | {
        readonly kind: 'text'
        readonly text: string
        readonly mentions: readonly MentionView[]
        readonly replyTo: QuoteView | null
        /** Its author passed it on from elsewhere. */
        readonly forwarded: boolean
        readonly files: readonly FileView[]
        /** When its author last changed it, by that one's clock. */
        readonly editedMs: number | null
      }
    /** Its author deleted it for everyone. */
    | { readonly kind: 'deleted' }
    /** A change of the group, as a line between messages. */
    | { readonly kind: 'notice'; readonly notice: GroupNotice }
    /** The person calls itself so from here on. */
    | { readonly kind: 'renamed'; readonly to: string }
    /** The person `by` was sent something else by this one than was sent to us, in the same place. */
    | { readonly kind: 'contentsDiffer'; readonly by: PersonName }
    /** For admins only: its sender reports a message of `author`, which is quoted in its sender's words. `words`: why. */
    | { readonly kind: 'reported'; readonly author: PersonName; readonly text: string; readonly words: string; readonly here: ReportedHere }
    /** What is said from here on vanishes after so many seconds; 0: it stays. */
    | { readonly kind: 'lifetime'; readonly seconds: number }
    /** New members are passed on so much from here on; both 0: nothing. */
    | { readonly kind: 'history'; readonly days: number; readonly messages: number }
    /** So many messages vanished before the person saw them. */
    | { readonly kind: 'vanished'; readonly count: number }
    /** The group is called so from here on. */
    | { readonly kind: 'titled'; readonly to: string }
  /** It vanishes so many seconds after it was sent, or seen: `endsMs` is when, once that has begun. null: it stays. */
  readonly lifetime: { readonly seconds: number; readonly endsMs: number | null } | null
  /** It was said before this device came, and is here by the word of this member; null: its author sent it here. */
  readonly passedOnBy: PersonName | null
  /** For own messages; null for others. */
  readonly state: 'sending' | 'sent' | 'delivered' | 'notSentRemoved' | 'notSentLeft' | null
  /** What it waits for while it is `sending`; null: it is on its way, or not `sending`. */
  readonly waitsFor: WaitsFor | null
  /** Until when the person may edit it; null: it is another's. */
  readonly editableUntilMs: number | null
  /** Came as a resend from its author and not as the original envelope. */
  readonly resent: boolean
  /** The emoji beside it. The one of most members comes first. Empty for a notice. */
  readonly reactions: readonly ReactionView[]
}

/**
 * What this device has of a reported message: `same`: the author wrote that, as it reads now or read at first; `otherwise`: it reads
 * otherwise, or is of another; `deleted`: its author deleted it; `notHere`: this device does not have it.
 */
export type ReportedHere = 'same' | 'otherwise' | 'deleted' | 'notHere'

export type GroupNotice =
  | 'created'
  | 'joined'
  | 'removed'
  | 'left'
  | 'youWereRemoved'
  | 'madeAdmin'
  | 'madeMember'
  /** The person's account has other devices than before. */
  | 'devicesChanged'
  /** The same of a person who was verified. */
  | 'markLost'
  /** Two device lists contradict each other. */
  | 'devicesForked'
  /** An admin gave the group another one. */
  | 'pictureChanged'
  | 'descriptionChanged'
  /** An admin said that members' devices no longer connect directly, or may again. */
  | 'addressesHidden'
  | 'addressesShown'
