/** The people of the scenes, and their messages. */
import type { GroupNotice, MemberView, MessageView } from '@sotto/engine/api'

/** The time of every scene: a Friday, 14:32 of this machine's time. */
export const SCENE_NOW_MS = new Date(2026, 10, 20, 14, 32).getTime()

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

const person = (name: string) => ({ name, another: 0, petname: '', callsItself: name, mark: 'none', isForked: false, isBlocked: false }) as const

export const me: MemberView = {
  account: 'me',
  ...person('Mira Okafor'),
  line: '',
  picture: null,
  role: 'admin',
  own: true,
  presence: null,
  connection: null,
  read: null,
  devices: 1,
}
const other = (account: string, name: string, part: Partial<MemberView> = {}): MemberView => ({
  account,
  ...person(name),
  line: '',
  picture: null,
  role: 'member',
  own: false,
  presence: null,
  connection: null,
  read: { from: '', upTo: '', since: '', atMs: 0 },
  devices: 1,
  ...part,
})
export const jonas = other('jonas', 'Jonas Brandt', { presence: 'here', connection: 'direct', role: 'admin' })
export const tala = other('tala', 'Tala Reyes', { line: 'Photos and the archive', picture: 'of tala', presence: 'away', devices: 2 })
export const wen = other('wen', 'Wen')
/** A person whose name and words would reverse the text around them, or show nothing. */
export const eve = other('eve', 'Eve\u202e')
export const nobody = other('nobody', '')
export const family = other('family', '👩‍👩‍👧 מירה')
export const amara = other('amara', 'Amara Diop')

/** A text as a message shows it. */
export const said = (text: string, part: Partial<Extract<MessageView['body'], { kind: 'text' }>> = {}): MessageView['body'] => ({
  kind: 'text',
  text,
  mentions: [],
  editedMs: null,
  replyTo: null,
  forwarded: false,
  files: [],
  ...part,
})

export const message = (id: string, sender: MemberView, ago: number, text: string, part: Partial<MessageView> = {}): MessageView => ({
  id,
  order: String(SCENE_NOW_MS - ago).padStart(16, '0') + id,
  account: sender.account,
  senderName: sender.name,
  senderAnother: sender.another,
  senderFormer: null,
  own: sender.own,
  atMs: SCENE_NOW_MS - ago,
  body: said(text),
  editableUntilMs: sender.own ? SCENE_NOW_MS - ago + DAY : null,
  state: sender.own ? 'delivered' : null,
  lateMs: null,
  waitsFor: null,
  passedOnBy: null,
  resent: false,
  lifetime: null,
  reactions: [],
  ...part,
})

const put = (emoji: string, ...people: readonly MemberView[]): MessageView['reactions'][number] => ({
  emoji,
  people: people.filter(({ own }) => !own).map(({ name, another }) => ({ name, another })),
  own: people.some(({ own }) => own),
})

export const notice = (id: string, about: MemberView, ago: number, what: GroupNotice): MessageView =>
  message(id, about, ago, '', { body: { kind: 'notice', notice: what }, state: null })

export const desk: readonly MessageView[] = [
  notice('n1', me, 3 * DAY, 'created'),
  notice('n2', jonas, 3 * DAY - HOUR, 'joined'),
  notice('n3', tala, 2 * DAY, 'joined'),
  message('a1', jonas, DAY + 2 * HOUR, 'Morning. The council agreed to talk, but only on background.'),
  message('a2', jonas, DAY + 2 * HOUR - MINUTE, 'I asked for the minutes of the March meeting as well.'),
  message('a3', me, DAY + HOUR, 'Good. Let’s not put any of that in the shared calendar.'),
  message('a4', tala, DAY + 30 * MINUTE, 'Agreed. I can do the first draft tonight, about 900 words, and send it round before lunch tomorrow.'),
  message('b1', tala, 3 * HOUR, 'Draft is done 🎉'),
  message('b2', tala, 3 * HOUR - MINUTE, 'Three things to check:\n– the quote in paragraph 4\n– who signed the contract\n– the date of the second visit'),
  message('b3', me, 2 * HOUR, 'Reading it now.'),
  message('b4', me, 2 * HOUR - MINUTE, 'The quote is fine, I have the recording.', { reactions: [put('👍', tala, jonas), put('🙏', wen)] }),
  message('b5', jonas, 40 * MINUTE, 'The contract was signed by the deputy, not by her. I have the scan.', { resent: true, reactions: [put('😮', me, tala)] }),
  message('b6', me, 6 * MINUTE, 'Then we change the headline.'),
  message('b7', me, 3 * MINUTE, 'I’ll call the lawyer before we go any further', { state: 'sent' }),
  message('b8', me, 10_000, 'and write up what she says.', {
    state: 'sending',
    waitsFor: { why: 'relay', people: [{ name: tala.name, another: 0 }], isForMore: false },
  }),
]

export const messages = {
  desk,
  old: [
    notice('o1', wen, 30 * DAY, 'created'),
    message('o2', wen, 9 * DAY + HOUR, 'The assembly is on the 14th, doors at six.'),
    message('o3', me, 9 * DAY + HOUR / 2, 'I’ll be there.'),
    message('o6', me, 8 * DAY + HOUR, 'Shall I bring the banner?', { state: 'notSentRemoved' }),
    message('o4', wen, 9 * DAY, 'See you at the assembly.', { reactions: [put('👍', me, wen)] }),
    notice('o5', me, 8 * DAY, 'youWereRemoved'),
  ],
  family: Array.from({ length: 14 }, (_, index) =>
    message(
      `f${String(index).padStart(2, '0')}`,
      index % 3 === 0 ? wen : amara,
      5 * HOUR - index * 20 * MINUTE,
      ['Did anyone feed the cat?', 'Yes, twice.', 'Who brings the cake on Sunday?'][index % 3] ?? '',
    ),
  ),
}

/** A few, many, one's own, in the middle of a group, and beside short and long messages of both sides. */
export const reacted: readonly MessageView[] = [
  message('r1', jonas, 50 * MINUTE, 'The hall is ours until ten.', { reactions: [put('👍', tala)] }),
  message('r2', jonas, 49 * MINUTE, 'Ok', { reactions: [put('😂', me, tala, wen), put('😢', jonas)] }),
  message('r3', jonas, 48 * MINUTE, 'Somebody has to bring the projector.'),
  message('r4', tala, 40 * MINUTE, 'I can carry it over from the library, but only if one of you takes the screen. It is heavier than it looks.', {
    reactions: ['👍', '❤️', '😂', '😮', '😢', '🙏', '🎉', '👏', '🔥', '👩‍👩‍👧', '🇺🇳', '☕', '📽️', '💪🏾', '🥳'].map((emoji, index) =>
      index === 3 ? put(emoji, me, wen) : put(emoji, ...[jonas, tala, wen, amara].slice(0, 1 + (index % 4))),
    ),
  }),
  message('r5', me, 20 * MINUTE, 'I take the screen.', { reactions: [put('🙏', tala, jonas), put('❤️', me)] }),
  message('r6', me, 19 * MINUTE, 'Yes', { reactions: [put('👍', tala)] }),
  message('r7', me, 18 * MINUTE, 'and the cable, and whatever else they have left on the table behind the door.', {
    reactions: ['👍', '❤️', '😂', '😮', '😢', '🙏', '🎉', '👏'].map((emoji) => put(emoji, tala)),
  }),
  message('r8', wen, 5 * MINUTE, 'Thank you both', { reactions: [put('❤️', me, tala, jonas)] }),
]

/** Each mark, on both sides; a link that says another host than it leads to; marks that are none. */
export const marked: readonly MessageView[] = [
  message('k1', tala, 50 * MINUTE, 'The **deadline** is *tonight*, not ~~tomorrow~~. Mail `desk@example.org`.'),
  message('k2', tala, 49 * MINUTE, 'To check:\n- the quote\n- who *signed*\n- https://minutes.example.org/2026/march?page=4.'),
  message('k3', me, 40 * MINUTE, '> who signed\nThe deputy. In order:\n1. call\n2. write\n```\nfrom: desk\n  to: lawyer\n```'),
  message('k4', jonas, 30 * MINUTE, 'See [the minutes](https://minutes.example.org/march), or [minutes.example.org](https://minutes.example.net/march)'),
  message('k5', me, 20 * MINUTE, 'See [the scan](https://scans.example.org/17) and `17.pdf`'),
  message('k6', wen, 10 * MINUTE, '2 * 3 * 4 is snake_case_here, and ** is nothing'),
]

const quoting = (of: MessageView): NonNullable<Extract<MessageView['body'], { kind: 'text' }>['replyTo']> => ({
  message: of.id,
  said: of.body.kind !== 'text' ? null : { senderName: of.senderName, senderAnother: of.senderAnother, own: of.own, text: of.body.text, atMs: of.atMs },
  gone: of.body.kind === 'deleted' ? 'deleted' : null,
})

const asked = message('q1', jonas, 50 * MINUTE, 'Who has the keys to the hall?')
const explained = message(
  'q2',
  tala,
  45 * MINUTE,
  'Wen has them until six. After that somebody has to ask at the gate, and they will want to see a card, so bring one, and be polite: it is not their fault.',
)

/** Answers to short and long messages of both sides, to one that is not here, and one that is being written. */
export const answered: readonly MessageView[] = [
  asked,
  explained,
  message('q3', wen, 40 * MINUTE, 'I do.', { body: said('I do.', { replyTo: quoting(asked) }) }),
  message('q4', me, 30 * MINUTE, '', { body: said('I have a card, I can go.', { replyTo: quoting(explained) }), reactions: [put('🙏', tala)] }),
  message('q5', me, 29 * MINUTE, '', { body: said('Which one was that?', { replyTo: { message: 'gone', said: null, gone: null } }) }),
  message('q6', amara, 4 * MINUTE, '', {
    body: said('Mine is from last year.', { replyTo: quoting(message('q4', me, 30 * MINUTE, 'I have a card, I can go.')) }),
  }),
]

export const answering = quoting(explained)

const edited = (id: string, sender: MemberView, ago: number, text: string): MessageView =>
  message(id, sender, ago, '', { body: said(text, { editedMs: SCENE_NOW_MS - ago + MINUTE }) })
const deleted = (id: string, sender: MemberView, ago: number): MessageView => message(id, sender, ago, '', { body: { kind: 'deleted' }, state: null })

const removed = deleted('d2', wen, 48 * MINUTE)

const minutes = Array.from({ length: 40 }, (_, i) => `${i + 1}. What was said about point ${i + 1}, and who does what until when.`)

/** Edited and deleted messages of both sides, a quotation of one that is gone, and texts that are too long to be shown whole. */
export const changed: readonly MessageView[] = [
  edited('d1', tala, 50 * MINUTE, 'The meeting is at six, not at five.'),
  removed,
  message('d3', jonas, 45 * MINUTE, '', { body: said('What did it say?', { replyTo: quoting(removed) }) }),
  deleted('d4', me, 40 * MINUTE),
  message('d5', jonas, 20 * MINUTE, minutes.join('\n')),
  message('d6', me, 10 * MINUTE, 'I have read all of that, twice. '.repeat(40).trim()),
  edited('d7', me, 5 * MINUTE, 'See you there.'),
]

/** Names and words that would reverse the text around them, or show nothing. */
export const turned: readonly MessageView[] = [
  notice('h1', eve, HOUR, 'joined'),
  message('h2', eve, 30 * MINUTE, 'The invoice is here: invoice-\u202efdp.exe'),
  message('h3', nobody, 20 * MINUTE, '\u3164\u200b'),
  message('h4', family, 10 * MINUTE, 'שלום, see you at 10:00'),
  message('h5', me, MINUTE, 'I open \u202efdp.exe nowhere', { reactions: [put('😮', eve, nobody, family)] }),
]

export const thousands = Array.from({ length: 3000 }, (_, index) => {
  const sender = [jonas, tala, me, wen][Math.floor(index / 3) % 4] ?? jonas
  return message(
    `t${String(index).padStart(4, '0')}`,
    sender,
    (3000 - index) * 7 * MINUTE,
    `Message ${index + 1}. ${'And so it goes on. '.repeat(index % 5)}`.trim(),
  )
})

/** What came long after it was written, and a message of everybody who has seen something happen. */
export const late: readonly MessageView[] = [
  message('l1', jonas, 4 * HOUR, 'Is anybody at the gate?'),
  message('l2', amara, 3 * HOUR + 40 * MINUTE, 'I am, but there is no network in here. They want to see a card.', { lateMs: SCENE_NOW_MS - 20 * MINUTE }),
  message('l3', jonas, 3 * HOUR, 'No answer. I go myself.'),
  notice('l4', wen, 2 * HOUR, 'left'),
  notice('l5', tala, 2 * HOUR - MINUTE, 'madeAdmin'),
  notice('l6', tala, HOUR, 'devicesChanged'),
  message('l7', tala, 30 * MINUTE, 'Back on the new laptop.'),
]

/** People whom the person of the device has looked at more closely, and one who calls himself like another. */
export const verified: MemberView = { ...jonas, mark: 'verified' }
export const alike = other('alike', 'J\u043enas Brandt', { another: 1 })
export const lost: MemberView = { ...tala, name: 'My editor', petname: 'My editor', mark: 'lost' }
export const forked: MemberView = { ...wen, isForked: true }
export const nameless: readonly MemberView[] = [nobody]

/** What the conversation says of people. */
export const told: readonly MessageView[] = [
  notice('p1', verified, 3 * HOUR, 'joined'),
  message('p2', verified, 2 * HOUR, 'Send the scans to the usual address.'),
  message('p3', alike, 90 * MINUTE, 'No, send them to me instead.', { senderFormer: { name: 'Mallory', another: 0 } }),
  message('p4', alike, 80 * MINUTE, '', { body: { kind: 'renamed', to: alike.name }, senderFormer: { name: 'Mallory', another: 0 } }),
  message('p5', alike, 70 * MINUTE, 'Quickly, please.', { reactions: [put('👍', verified, alike)] }),
  notice('p6', lost, HOUR, 'markLost'),
  message('p7', lost, 50 * MINUTE, '', { body: { kind: 'renamed', to: 'Tala R.' }, senderFormer: { name: 'Tala Reyes', another: 0 } }),
  notice('p8', forked, 30 * MINUTE, 'devicesForked'),
  message('p9', me, MINUTE, 'I ask him by telephone.'),
]

/** Members who have read, all or a part, and who are there, away, or let nobody know. */
export const readers: readonly MemberView[] = [
  me,
  { ...jonas, read: { from: '', upTo: desk[12]?.order ?? '', since: '', atMs: SCENE_NOW_MS - 5 * MINUTE } },
  {
    ...tala,
    presence: 'here',
    connection: 'turn',
    read: { from: '', upTo: desk[12]?.order ?? '', since: desk[9]?.order ?? '', atMs: SCENE_NOW_MS - 2 * MINUTE },
  },
  { ...wen, read: { from: '', upTo: desk[10]?.order ?? '', since: '', atMs: SCENE_NOW_MS - HOUR } },
]

export const typists = [tala, wen, jonas].map(({ account, name, another }) => ({ account, name, another }))

const vanishing = (
  id: string,
  sender: MemberView,
  ago: number,
  text: string,
  seconds: number,
  leftMs: number | null,
  part: Partial<MessageView> = {},
): MessageView => message(id, sender, ago, text, { lifetime: { seconds, endsMs: leftMs === null ? null : SCENE_NOW_MS + leftMs }, ...part })

/** Messages of both sides that vanish: begun, not begun, short ones and long ones; what quotes one that is gone; and lines about it. */
export const vanishingOnes: readonly MessageView[] = [
  message('v0', jonas, 3 * HOUR, 'The documents are with the notary.'),
  message('v1', me, 2 * HOUR, '', { body: { kind: 'lifetime', seconds: 3600 }, state: null }),
  vanishing('v2', jonas, 50 * MINUTE, 'The side door stays open until eight, ask for Ines.', 3600, 12 * MINUTE),
  vanishing('v3', jonas, 49 * MINUTE, 'Ok', 3600, 12 * MINUTE, { reactions: [put('👍', tala)] }),
  vanishing('v4', tala, 40 * MINUTE, '', 3600, 25 * MINUTE, { body: said('Which door?', { replyTo: { message: 'gone', said: null, gone: 'vanished' } }) }),
  message('v5', me, 35 * MINUTE, '', { body: { kind: 'vanished', count: 2 }, state: null }),
  vanishing('v6', me, 30 * MINUTE, 'The one behind the bicycles. Do not write that down anywhere, and tell Wen by telephone.', 3600, 30 * MINUTE),
  vanishing('v7', me, MINUTE, 'The code is 7714', 60, 42_000, { state: 'sent' }),
  vanishing('v8', me, 5_000, 'and it changes at nine.', 3600, null, { state: 'sending' }),
]
