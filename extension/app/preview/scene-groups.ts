/** The groups of the scenes. */
import type { GroupView, MemberView, OwnRelayView } from '@sotto/engine/api'
import { MINUTE, HOUR, DAY, SCENE_NOW_MS, me, jonas, tala, wen, amara } from './scene-messages.ts'

export const RELAY = '/ip4/192.0.2.17/tcp/4201/ws/p2p/12D3KooWQ7fYbq3vN8hLrT2mXcJ5pUeK9sWdZaGtRyHnBvMxPoLi'

export const THIRD_RELAY = '/dns4/post.choir.example/tcp/443/wss/p2p/12D3KooWRbnV4sTq8YhLc3mXeJ7pUuK2sWdZaGtHyNfBvMxQoLi6'

/** A relay as it is reached, of which nothing else is known. */
export const relayLine = (address: string, state: OwnRelayView['state'], part: Partial<OwnRelayView> = {}): OwnRelayView => ({
  address,
  state,
  latencyMs: state === 'connected' ? 24 : null,
  reachedMs: null,
  keepsDays: null,
  isGone: false,
  isChosen: true,
  ...part,
})

export const OTHER_RELAY = '/dns4/relay.example.org/tcp/443/tls/ws/p2p/12D3KooWRbnV4sTq8YhLc3mXeJ7pUuK2sWdZaGtHyNfBvMxQoLi5'

export const group = (id: string, title: string, members: readonly MemberView[], part: Partial<GroupView> = {}): GroupView => ({
  id,
  title,
  direct: null,
  description: '',
  picture: null,
  isTitleFormer: false,
  state: 'member',
  join: null,
  connection: 'direct',
  members,
  typing: [],
  unread: 0,
  readUpTo: null,
  isPinned: false,
  mutedUntilMs: null,
  isArchived: false,
  isMarkedUnread: false,
  readingPlace: null,
  mentions: 0,
  draft: '',
  draftMentions: [],
  draftSelection: null,
  draftLifetimeSeconds: null,
  replyTo: null,
  editing: null,
  attachments: [],
  passingOn: [],
  coming: [],
  lastMessage: null,
  revision: 1,
  isAddressPrivate: false,
  lifetimeSeconds: 0,
  history: { days: 0, messages: 0 },
  relays: [relayLine(RELAY, 'connected')],
  looksAt: [],
  may: { send: true, invite: true, removeOthers: true, setRoles: true, setRelays: true, setAddressPrivacy: true, setHistory: true, setTitle: true },
  security: {
    groupCipher: 'sender-keys',
    epoch: 'k3VwQ9xTzL0aYd7e',
    epochSinceMs: SCENE_NOW_MS - 2 * DAY,
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
  deleted: false,
  senderName: sender.name.split(' ')[0] ?? '',
  senderAnother: sender.another,
  own: sender.own,
  atMs: SCENE_NOW_MS - ago,
  vanishes: false,
})

export const deskGroup = group('desk', 'City desk', [me, jonas, tala, wen], {
  description: 'What happens in the city, and who writes about it.',
  lastMessage: last(me, 10_000, 'and write up what she says.'),
})

export const groups: readonly GroupView[] = [
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

/** Everything that a list can show at once. */
export const arranged: readonly GroupView[] = [
  group('family', 'Family', [me, amara, wen], { isPinned: true, unread: 3, lastMessage: last(amara, 50 * MINUTE, 'Who brings the cake on Sunday?') }),
  group('branch', 'Union branch 9', [me, wen], {
    isPinned: true,
    connection: 'relay',
    mutedUntilMs: SCENE_NOW_MS + 8 * HOUR,
    unread: 128,
    lastMessage: last(wen, 12 * MINUTE, 'Minutes of the last meeting'),
  }),
  deskGroup,
  group('choir', 'Thursday choir – altos and the people who think they are altos', [me, tala, wen], {
    connection: 'offline',
    mutedUntilMs: 2 ** 48 - 1,
    draft: 'I can’t make it this week, but',
    lastMessage: last(tala, 5 * HOUR, 'Room 12 again'),
  }),
  group('climb', 'Climbing', [me, jonas], { isMarkedUnread: true, connection: 'relay', lastMessage: last(jonas, DAY + HOUR, 'Saturday, 9:00, east wall') }),
  group('moving', 'Moving house', [me, jonas], { isArchived: true, lastMessage: last(jonas, 40 * DAY, 'The keys are with the neighbours') }),
  group('trip', 'Trip to the sea', [me, tala], { isArchived: true, connection: 'offline', lastMessage: last(me, 90 * DAY, 'Home again') }),
]
