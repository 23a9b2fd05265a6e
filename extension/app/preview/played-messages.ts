/** Messages of a played engine, as the real one would answer. */
import type { EngineRequest, EngineView, GroupView, MentionView, MessageDetails, MessageView, QuoteView, WrittenMention } from '@sotto/engine/api'

/** Reactions with one's own in place of the previous one; null: without. */
function withOwn(reactions: MessageView['reactions'], emoji: string | null): MessageView['reactions'] {
  const named = emoji === null || reactions.some((each) => each.emoji === emoji) ? reactions : [...reactions, { emoji, people: [], own: true }]
  const count = ({ people, own }: MessageView['reactions'][number]): number => people.length + (own ? 1 : 0)
  return named
    .map((each) => ({ ...each, own: each.emoji === emoji }))
    .filter((each) => count(each) > 0)
    .sort((one, other) => count(other) - count(one))
}

/** What becomes of a message; null: it is gone. */
export function changedBy(
  request: Extract<EngineRequest, { readonly kind: 'editMessage' | 'deleteMessage' | 'react' }>,
  message: MessageView,
  nowMs: number,
): MessageView | null {
  const { body } = message
  switch (request.kind) {
    case 'react':
      return { ...message, reactions: withOwn(message.reactions, request.emoji) }
    case 'deleteMessage':
      return request.forAll ? { ...message, body: { kind: 'deleted' }, state: null, reactions: [] } : null
    case 'editMessage':
      return body.kind !== 'text' ? message : { ...message, body: { ...body, text: request.text, editedMs: nowMs } }
  }
}

export type TextBody = Extract<MessageView['body'], { readonly kind: 'text' }>

/** A message of the person. */
export const saidBy = (
  { profile }: EngineView,
  { id, order, atMs }: Pick<MessageView, 'id' | 'order' | 'atMs'>,
  text: string,
  part: Partial<TextBody>,
): MessageView => ({
  id,
  order,
  account: profile?.account ?? '',
  senderName: profile?.name ?? '',
  senderAnother: 0,
  senderFormer: null,
  own: true,
  atMs,
  body: { kind: 'text', text, mentions: [], editedMs: null, replyTo: null, forwarded: false, files: [], ...part },
  editableUntilMs: atMs + 86_400_000,
  state: 'sending',
  lateMs: null,
  waitsFor: null,
  passedOnBy: null,
  resent: false,
  lifetime: null,
  reactions: [],
})

/** How a message is quoted. */
export function quoteOf(messages: readonly MessageView[], message: string): QuoteView {
  const found = messages.find(({ id }) => id === message)
  if (found?.body.kind !== 'text') return { message, said: null, gone: found?.body.kind === 'deleted' ? 'deleted' : null }
  const { senderName, senderAnother, own, atMs, body } = found
  return { message, said: { senderName, senderAnother, own, atMs, text: body.text }, gone: null }
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
    awaited: message.waitsFor !== null && message.waitsFor.why !== 'connection' && i === 2 ? message.waitsFor.why : null,
    sessionReplacedMs: i % 3 === 2 ? message.atMs - 3_600_000 : null,
    files: message.body.kind === 'text' && message.body.files.length > 0 && i > 0 && i < 3 ? { has: 2 - i, fetches: i - 1 } : null,
  }))
  const { body } = message
  const versions =
    body.kind !== 'text' || body.editedMs === null
      ? []
      : [
          { text: 'As it was at first', atMs: message.atMs },
          { text: body.text, atMs: body.editedMs },
        ]
  return { basis: message.own ? 'keys' : 'log', readers, versions, epoch: 'Ls0ZrT', keyId: 3, iteration: 41, frontier: ['h0nluL'] }
}

/** The group of a message that its person has just said. */
export const afterSaying = (group: GroupView, text: string, atMs: number): GroupView => ({
  ...group,
  draft: '',
  draftMentions: [],
  draftLifetimeSeconds: null,
  replyTo: null,
  lastMessage: { text, deleted: false, senderName: '', senderAnother: 0, own: true, atMs, vanishes: group.lifetimeSeconds > 0 },
})
