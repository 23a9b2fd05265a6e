/**
 * What a kind of control message is. One device sends them to another in private, inside a pairwise session (PROTOCOL §2). Each
 * kind is a value in a file of its own, in the lowest room that sends or looks for it. A list names what handles it.
 */
import { type Codec, codecOfKind, decode, encode, type FieldsOf, type GroupId, type Kind, type Reader, type SaidWith, type Writer } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import type { Sender } from '../state/names.ts'

interface OfGroup {
  readonly write: (out: Writer, value: never) => void
  readonly read: (input: Reader) => { readonly group: GroupId } | undefined
}

/** Who may say it. This is checked before anything handles it. Its contents are a claim all the same. */
type Speaker =
  /** Any device with a session: the message is about that device, carries its own proof, or its handler checks it. */
  | { readonly saidBy: 'anyone' }
  /** A device of a present member of the named group, or of any member that it ever had. */
  | {
      readonly saidBy: 'member' | 'everMember' | 'everNamed'
      readonly fields: OfGroup
      /** What happens to it while the log does not name its device yet, or while we are still joining the group. */
      readonly beforeKnown: 'waits' | 'dropped'
    }

export type ControlMessageKind = Kind &
  Speaker & {
    /** It hands over a sender key. A session carries only so many of these before its ratchet turns (PROTOCOL §2). */
    readonly carriesKey?: true
    /** While it waits it replaces the device's earlier one and is not counted: exactly one of each device waits. */
    readonly replaces?: true
  }

/** A kind and its handler: one line in a list of what is handled. */
export interface Heard<K extends ControlMessageKind = ControlMessageKind> {
  readonly kind: K
  readonly hear: (context: Context, from: Sender, fields: unknown) => void
}

/** `receive` may rely on the check of who may say it, and on nothing else. */
export const heard = <K extends ControlMessageKind>(kind: K, receive: (context: Context, from: Sender, fields: FieldsOf<K>) => void): Heard<K> => ({
  kind,
  hear: (context, from, fields) => receive(context, from, fields as FieldsOf<K>),
})

/** A control message as it is encoded in a letter. */
export const encodeControlMessage = <K extends ControlMessageKind>(kind: K, fields: FieldsOf<K>): Uint8Array =>
  encode<unknown>(codecOfKind(kind) as Codec<unknown>, { ...(fields as object), kind: kind.kind })

/** The message, if it is of this kind. */
export const decodeControlMessage = <K extends ControlMessageKind>(kind: K, bytes: Uint8Array): SaidWith<K> | undefined => decode(codecOfKind(kind), bytes)
