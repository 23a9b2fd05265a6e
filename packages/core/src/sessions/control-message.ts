/**
 * What a kind of control message is: what one device says to another in private, inside a pairwise session (PROTOCOL §2). Each
 * kind is a value in a file of its own, in the lowest room that says it or looks for it; who hears it stands in a list.
 */
import { type Codec, codecOfKind, decode, encode, type FieldsOf, type GroupId, type Kind, type Reader, type SaidWith, type Writer } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import type { Sender } from '../state/names.ts'

interface OfGroup {
  readonly write: (out: Writer, value: never) => void
  readonly read: (input: Reader) => { readonly group: GroupId } | undefined
}

/** Who may say it, held before anything hears it. Everything in it is a claim all the same. */
type Speaker =
  /** Whoever has a session with us: it is about itself, or brings its proof, or whoever hears it looks. */
  | { readonly saidBy: 'anyone' }
  /** A device of a member of the group that it names, or of one that was ever in it. */
  | {
      readonly saidBy: 'member' | 'everMember'
      readonly fields: OfGroup
      /** Said by a device that the log does not name yet, or of a group that we are still joining. */
      readonly beforeKnown: 'waits' | 'dropped'
    }

export type ControlMessageKind = Kind &
  Speaker & {
    /** It hands over a sender key: so many go in one session before its ratchet turns (PROTOCOL §2). */
    readonly carriesKey?: true
    /** While it waits it takes the place of the one before, and is not counted: of each device one waits, whatever else does. */
    readonly replaces?: true
  }

/** A kind, and what happens when it is heard: a line in a list of what is heard. */
export interface Heard<K extends ControlMessageKind = ControlMessageKind> {
  readonly kind: K
  readonly hear: (context: Context, from: Sender, fields: unknown) => void
}

/** `receive` may rely on who may say it, and on nothing else. */
export const heard = <K extends ControlMessageKind>(kind: K, receive: (context: Context, from: Sender, fields: FieldsOf<K>) => void): Heard<K> => ({
  kind,
  hear: (context, from, fields) => receive(context, from, fields as FieldsOf<K>),
})

/** A control message as it stands in a letter. */
export const encodeControlMessage = <K extends ControlMessageKind>(kind: K, fields: FieldsOf<K>): Uint8Array =>
  encode<unknown>(codecOfKind(kind) as Codec<unknown>, { ...(fields as object), kind: kind.kind })

/** What it says, if it is of this kind. */
export const decodeControlMessage = <K extends ControlMessageKind>(kind: K, bytes: Uint8Array): SaidWith<K> | undefined => decode(codecOfKind(kind), bytes)
