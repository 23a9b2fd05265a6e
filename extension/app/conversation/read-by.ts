/** Who has read an own message, as far as members say so. */
import type { GroupView, MemberView, MessageView } from '@sotto/engine/api'

export interface ReadBy {
  readonly readers: readonly { readonly member: MemberView; /** Null: not known any more. */ readonly atMs: number | null }[]
  /** The other members that it was for, read or not. */
  readonly of: number
}

/** `null`: it is nobody's to read yet, or this person lets nobody know and is not let know. */
export function readBy({ members }: Pick<GroupView, 'members'>, { own, state, order }: Pick<MessageView, 'own' | 'state' | 'order'>): ReadBy | null {
  if (!own || (state !== 'sent' && state !== 'delivered')) return null
  const asked = members.filter(({ read }) => read !== null && read.from < order)
  const readers = asked.flatMap((member) => {
    const { read } = member
    return read === null || read.upTo < order ? [] : [{ member, atMs: order > read.since ? read.atMs : null }]
  })
  return asked.length === 0 ? null : { readers, of: asked.length }
}

interface Words {
  readonly stateRead: string
  readonly stateReadBy: (readers: number, of: number) => string
}

/** `null`: its state says more. Of one other person it is not said who. */
export function readText(strings: Words, read: ReadBy | null): string | null {
  if (read === null || read.readers.length === 0) return null
  return read.of === 1 ? strings.stateRead : strings.stateReadBy(read.readers.length, read.of)
}
