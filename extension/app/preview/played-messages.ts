/** Messages of a played engine, as the real one would answer. */
import type { EngineRequest, EngineView, GroupView, MentionView, MessageDetails, MessageView, WrittenMention } from '@sotto/engine/api'

/** Reactions with one's own in place of the previous one; null: without. */
export function withOwn(reactions: MessageView['reactions'], emoji: string | null): MessageView['reactions'] {
  const named = emoji === null || reactions.some((each) => each.emoji === emoji) ? reactions : [...reactions, { emoji, people: [], own: true }]
  const count = ({ people, own }: MessageView['reactions'][number]): number => people.length + (own ? 1 : 0)
  return named
    .map((each) => ({ ...each, own: each.emoji === emoji }))
    .filter((each) => count(each) > 0)
    .sort((one, other) => count(other) - count(one))
}

/** People who are mentioned, by what the members are called. */
export function mentionsOf({ groups }: EngineView, written: readonly WrittenMention[]): readonly MentionView[] {
  const members = new Map(groups.flatMap((group) => group.members.map((member) => [member.account, member] as const)))
  return written.flatMap((each) => {
    const member = members.get(each.account)
    return member === undefined ? [] : [{ ...each, name: member.name, another: member.another, own: member.own }]
  })
}

type Asked = Extract<EngineRequest, { readonly kind: 'readMessages' }>

export function pageOf(
  messages: readonly MessageView[],
  { before, after = null, limit }: Asked,
): { readonly messages: readonly MessageView[]; readonly more: boolean } {
  if (after !== null) {
    const newer = messages.filter(({ order }) => order > after)
    return { messages: newer.slice(0, limit), more: newer.length > limit }
  }
  const older = messages.filter(({ order }) => before === null || order < before)
  return { messages: older.slice(-limit), more: older.length > limit }
}

export function detailsOf(group: GroupView, message: MessageView): MessageDetails {
  const readers = group.members.map(({ account, name, another, own, devices }, i) => ({
    account,
    name,
    another,
    own,
    devices,
    opened: message.own ? (i % 3 === 2 ? 0 : devices) : null,
    isMember: true,
    sessionReplacedMs: i % 3 === 2 ? message.atMs - 3_600_000 : null,
  }))
  return { basis: message.own ? 'keys' : 'log', readers, epoch: 'Ls0ZrT', keyId: 3, iteration: 41, frontier: ['h0nluL'] }
}
