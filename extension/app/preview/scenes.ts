/** What the screens are looked at with: people, groups and states in which the app can be found. */
import type { EngineView, GroupView, MemberView, MessageView, StorageTrouble } from '@sotto/engine/api'
import type { Scene } from './played-engine.ts'

/** The moment at which every scene plays: a Friday, 14:32 of this machine's time. */
export const SCENE_NOW_MS = new Date(2026, 10, 20, 14, 32).getTime()

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const me: MemberView = { account: 'me', name: 'Mira Okafor', role: 'admin', own: true, connection: 'direct', devices: 1 }
const other = (account: string, name: string, part: Partial<MemberView> = {}): MemberView => ({
  account,
  name,
  role: 'member',
  own: false,
  connection: 'offline',
  devices: 1,
  ...part,
})
const jonas = other('jonas', 'Jonas Brandt', { connection: 'direct', role: 'admin' })
const tala = other('tala', 'Tala Reyes', { connection: 'relay', devices: 2 })
const wen = other('wen', 'Wen')
/** Whose names and words would turn what is around them, or show nothing. */
const eve = other('eve', 'Eve\u202e')
const nobody = other('nobody', '')
const family = other('family', '👩‍👩‍👧 מירה')
const amara = other('amara', 'Amara Diop')

const message = (id: string, sender: MemberView, ago: number, text: string, part: Partial<MessageView> = {}): MessageView => ({
  id,
  order: String(SCENE_NOW_MS - ago).padStart(16, '0') + id,
  account: sender.account,
  senderName: sender.name,
  own: sender.own,
  atMs: SCENE_NOW_MS - ago,
  body: { kind: 'text', text },
  state: sender.own ? 'delivered' : null,
  resent: false,
  reactions: [],
  ...part,
})

const put = (emoji: string, ...people: readonly MemberView[]): MessageView['reactions'][number] => ({
  emoji,
  people: people.filter(({ own }) => !own).map(({ name }) => name),
  own: people.some(({ own }) => own),
})

const notice = (id: string, about: MemberView, ago: number, what: 'created' | 'joined' | 'removed' | 'youWereRemoved'): MessageView =>
  message(id, about, ago, '', { body: { kind: 'notice', notice: what, name: about.name }, state: null })

const desk: readonly MessageView[] = [
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
  message('b8', me, 10_000, 'and write up what she says.', { state: 'sending' }),
]

const RELAY = '/ip4/192.0.2.17/tcp/4201/ws/p2p/12D3KooWQ7fYbq3vN8hLrT2mXcJ5pUeK9sWdZaGtRyHnBvMxPoLi'

const OTHER_RELAY = '/dns4/relay.example.org/tcp/443/tls/ws/p2p/12D3KooWRbnV4sTq8YhLc3mXeJ7pUuK2sWdZaGtHyNfBvMxQoLi5'

const group = (id: string, title: string, members: readonly MemberView[], part: Partial<GroupView> = {}): GroupView => ({
  id,
  title,
  state: 'member',
  join: null,
  connection: 'direct',
  members,
  unread: 0,
  draft: '',
  lastMessage: null,
  revision: 1,
  relays: [{ address: RELAY, state: 'connected' }],
  looksAt: [],
  may: { send: true, invite: true, removeOthers: true, setRoles: true, setRelays: true },
  security: {
    groupCipher: 'sender-keys',
    epoch: 'k3VwQ9xTzL0aYd7e',
    keyId: 4,
    rotatedMs: SCENE_NOW_MS - 5 * HOUR,
    devicesHolding: 3,
    devices: 4,
  },
  waitsFor: null,
  unreadable: [],
  ...part,
})

const last = (sender: MemberView, ago: number, text: string): GroupView['lastMessage'] => ({
  text,
  senderName: sender.name.split(' ')[0] ?? '',
  own: sender.own,
  atMs: SCENE_NOW_MS - ago,
})

const deskGroup = group('desk', 'City desk', [me, jonas, tala, wen], { lastMessage: last(me, 10_000, 'and write up what she says.') })

const groups: readonly GroupView[] = [
  deskGroup,
  group('family', 'Family', [me, amara, wen], { connection: 'relay', unread: 3, lastMessage: last(amara, 50 * MINUTE, 'Who brings the cake on Sunday?') }),
  group('choir', 'Thursday choir – altos and the people who think they are altos', [me, tala, wen], {
    connection: 'offline',
    draft: 'I can’t make it this week, but',
    lastMessage: last(tala, 5 * HOUR, 'Room 12 again'),
  }),
  group('joining', '', [], { state: 'joining', join: { step: 'waiting', reason: null } }),
  group('climb', 'Climbing', [me, jonas], { lastMessage: last(jonas, DAY + HOUR, 'Saturday, 9:00, east wall'), unread: 128, connection: 'relay' }),
  group('old', 'Union branch 14', [me, wen], { state: 'removed', lastMessage: last(wen, 9 * DAY, 'See you at the assembly.') }),
]

const ready: EngineView = {
  phase: 'ready',
  profile: { name: me.name, account: me.account, hasPassphrase: true },
  relays: [{ address: RELAY, state: 'connected' }],
  groups,
  typed: { profileName: '', groupTitle: '', invite: '' },
  clockAheadMs: null,
  trouble: null,
}

const withGroup = (changed: GroupView, part: Partial<EngineView> = {}): EngineView => ({
  ...ready,
  ...part,
  groups: groups.map((group) => (group.id === changed.id ? changed : group)),
})

const messages = {
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

/** Some, many, of one's own, in the middle of a group, and beside short and long messages of both sides. */
const reacted: readonly MessageView[] = [
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

const thousands = Array.from({ length: 3000 }, (_, index) => {
  const sender = [jonas, tala, me, wen][Math.floor(index / 3) % 4] ?? jonas
  return message(
    `t${String(index).padStart(4, '0')}`,
    sender,
    (3000 - index) * 7 * MINUTE,
    `Message ${index + 1}. ${'And so it goes on. '.repeat(index % 5)}`.trim(),
  )
})

/** As it is when nothing can be read. */
const closed = (trouble: StorageTrouble): EngineView => ({ ...ready, phase: 'unavailable', profile: null, relays: [], groups: [], trouble })

/** Every scene by name. */
export const SCENES = {
  starting: { view: { ...ready, phase: 'starting', profile: null, groups: [] } },
  storageDamagedAtStart: { view: closed('storageDamaged') },
  storageFullAtStart: { view: closed('storageFull') },
  storageRefused: { view: closed('storageRefused') },
  storageNewer: { view: closed('storageNewer') },
  storageFailed: { view: closed('storageFailed') },
  profileEmpty: { view: { ...ready, phase: 'noProfile', profile: null, groups: [], relays: [], trouble: 'profileEmpty' } },
  anotherRelay: { view: { ...ready, relays: [{ address: RELAY, state: 'anotherRelay' }] } },
  noProfile: { view: { ...ready, phase: 'noProfile', profile: null, groups: [], relays: [] } },
  nameRefused: {
    view: { ...ready, phase: 'noProfile', profile: null, groups: [], relays: [] },
    refuses: { createProfile: { code: 'passphraseTooShort', numbers: { limit: 8 } } },
  },
  locked: {
    view: { ...ready, phase: 'locked', groups: [] },
    refuses: { unlock: { code: 'wrongPassphrase', numbers: {} } },
  },
  opening: { view: { ...ready, phase: 'opening', groups: [] } },
  empty: { view: { ...ready, groups: [], relays: [] }, refuses: { join: { code: 'inviteExpired', numbers: {} } } },
  severalInvites: {
    view: { ...ready, groups: [], relays: [] },
    refuses: {
      join: {
        code: 'severalInvites',
        numbers: { count: 2 },
        choices: [
          { invite: 'sotto:one', wordsBefore: 'For the desk:', expiresMs: SCENE_NOW_MS + 6 * DAY, relay: RELAY },
          {
            invite: 'sotto:two',
            wordsBefore: 'and this one is for the choir, if you still want to sing with us',
            expiresMs: SCENE_NOW_MS + 2 * DAY,
            relay: '/dns4/relay.example.org/tcp/443/wss/p2p/x',
          },
        ],
      },
    },
  },
  conversations: { view: ready, messages },
  noPassphrase: { view: { ...ready, profile: { name: 'Mira', account: 'me', hasPassphrase: false }, relays: [{ address: RELAY, state: 'unreachable' }] } },
  reconnecting: { view: ready, messages, connection: 'connecting' },
  cutOff: {
    view: withGroup(
      { ...deskGroup, connection: 'offline', relays: [{ address: RELAY, state: 'unreachable' }], looksAt: [{ address: OTHER_RELAY, state: 'connected' }] },
      {
        relays: [
          { address: RELAY, state: 'unreachable' },
          { address: OTHER_RELAY, state: 'connected' },
        ],
      },
    ),
    messages,
  },
  cutOffMember: {
    view: withGroup(
      {
        ...deskGroup,
        connection: 'offline',
        relays: [{ address: RELAY, state: 'unreachable' }],
        may: { send: true, invite: true, removeOthers: false, setRoles: false, setRelays: false },
      },
      { relays: [{ address: RELAY, state: 'unreachable' }] },
    ),
    messages,
  },
  relayUnreachable: {
    view: withGroup({ ...deskGroup, relays: [{ address: RELAY, state: 'unreachable' }] }, { relays: [{ address: RELAY, state: 'unreachable' }] }),
    messages,
  },
  storageFull: { view: { ...ready, trouble: 'storageFull' }, messages },
  alone: { view: withGroup(group('desk', 'City desk', [me])), messages: { desk: desk.slice(0, 1) } },
  quiet: { view: withGroup(deskGroup), messages: {} },
  comparing: { view: withGroup({ ...deskGroup, waitsFor: 'comparison' }), messages },
  unreadable: {
    view: withGroup({
      ...deskGroup,
      connection: 'relay',
      unreadable: [
        { cause: 'keyNotYetReceived', count: 2, repairing: true },
        { cause: 'senderUnreachable', count: 1, repairing: true },
        { cause: 'damaged', count: 1, repairing: false },
      ],
    }),
    messages,
  },
  joinConnecting: { view: withGroup(group('joining', '', [], { state: 'joining', join: { step: 'connecting', reason: null } })) },
  joinWrongClock: { view: withGroup(group('joining', '', [], { state: 'joining', join: { step: 'waiting', reason: null } }), { clockAheadMs: 2 * DAY }) },
  joinAdmitted: { view: withGroup(group('joining', 'Book club', [], { state: 'joining', join: { step: 'admitted', reason: null } })) },
  joinRefused: { view: withGroup(group('joining', '', [], { state: 'joining', join: { step: 'refused', reason: 'spent' } })) },
  thousands: {
    view: withGroup({ ...deskGroup, unread: 40 }),
    messages: { desk: thousands },
  },
  reactions: { view: withGroup(deskGroup), messages: { desk: reacted } },
  reactionRefused: { view: withGroup(deskGroup), messages: { desk: reacted }, refuses: { react: { code: 'storageFull', numbers: {} } } },
  hiddenSigns: {
    view: withGroup({
      ...deskGroup,
      title: '',
      members: [me, eve, nobody, family],
      lastMessage: { text: '\u3164', senderName: '', own: false, atMs: SCENE_NOW_MS },
    }),
    messages: {
      desk: [
        notice('h1', eve, HOUR, 'joined'),
        message('h2', eve, 30 * MINUTE, 'The invoice is here: invoice-\u202efdp.exe'),
        message('h3', nobody, 20 * MINUTE, '\u3164\u200b'),
        message('h4', family, 10 * MINUTE, 'שלום, see you at 10:00'),
        message('h5', me, MINUTE, 'I open \u202efdp.exe nowhere', { reactions: [put('😮', eve, nobody, family)] }),
      ],
    },
  },
  onlyAdmin: { view: withGroup({ ...deskGroup, members: [me, { ...jonas, role: 'member' }, tala, wen] }), messages },
  sendRefused: { view: ready, messages, refuses: { send: { code: 'storageFull', numbers: {} } } },
} as const satisfies { readonly [name: string]: Scene }

export type SceneName = keyof typeof SCENES
