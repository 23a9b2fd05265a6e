/** The scenes that the screens are checked with: people, groups and states that the app can be in. */
import type { EngineView, GroupView } from '@sotto/engine/api'
import type { Scene } from './played-engine.ts'
import { directScenes } from './scene-direct.ts'
import { fileScenes } from './scene-files.ts'
import { mentioned, reported } from './scene-mentions.ts'
import { RELAY, OTHER_RELAY, THIRD_RELAY, group, deskGroup, groups, arranged, relayLine } from './scene-groups.ts'
import {
  MINUTE,
  DAY,
  SCENE_NOW_MS,
  me,
  jonas,
  tala,
  wen,
  eve,
  nobody,
  verified,
  alike,
  lost,
  forked,
  nameless,
  told,
  readers,
  typists,
  late,
  family,
  answered,
  answering,
  changed,
  turned,
  marked,
  desk,
  messages,
  reacted,
  thousands,
  vanishingOnes,
} from './scene-messages.ts'
import { PRIVACY } from './played-values.ts'
import { closedScenes } from './scenes-closed.ts'

const ownProfile = {
  name: me.name,
  account: me.account,
  line: 'At the city desk, Tuesday to Friday',
  picture: 'of me',
  hasPassphrase: true,
  hasContactLink: false,
  secondReaderMs: null,
  autoLockMinutes: 15,
  notifications: { show: 'off', mentionsThroughMute: true },
  privacy: PRIVACY,
  recentEmoji: ['🎉', '👍', '❤️'],
  fetchedAtOnceBytes: 5 * 2 ** 20,
} as const

const ready: EngineView = {
  phase: 'ready',
  profile: ownProfile,
  relays: [relayLine(RELAY, 'connected')],
  groups,
  typed: { profileName: '', groupTitle: '', invite: '', shared: '' },
  requests: [],
  search: { isOn: true, percent: null },
  popupPlace: null,
  clockAheadMs: null,
  trouble: null,
  nextTryMs: null,
  wiped: null,
}

const withGroup = (changed: GroupView, part: Partial<EngineView> = {}): EngineView => ({
  ...ready,
  ...part,
  groups: groups.map((group) => (group.id === changed.id ? changed : group)),
})

/** What was chosen on a web page. */
const SHARED = 'The council votes on the bridge on Thursday at six; the session is public, and the minutes of the last one are already there.'

/** Every scene by name. */
export const SCENES = {
  ...directScenes(ready, deskGroup),
  ...closedScenes(ready),
  ...fileScenes(ready, deskGroup),
  anotherRelay: { view: { ...ready, relays: [relayLine(RELAY, 'anotherRelay')] } },
  notAdmitted: { view: { ...ready, groups: [], relays: [relayLine(RELAY, 'notAdmitted')] } },
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
  arranged: { view: { ...ready, groups: arranged }, messages },
  noPassphrase: {
    view: {
      ...ready,
      profile: {
        ...ownProfile,
        name: 'Mira',
        hasPassphrase: false,
      },
      relays: [relayLine(RELAY, 'unreachable')],
    },
  },
  reconnecting: { view: ready, messages, connection: 'connecting' },
  cutOff: {
    view: withGroup(
      { ...deskGroup, connection: 'offline', relays: [relayLine(RELAY, 'unreachable')], looksAt: [relayLine(OTHER_RELAY, 'connected')] },
      {
        relays: [relayLine(RELAY, 'unreachable'), relayLine(OTHER_RELAY, 'connected')],
      },
    ),
    messages,
  },
  cutOffMember: {
    view: withGroup(
      {
        ...deskGroup,
        connection: 'offline',
        relays: [relayLine(RELAY, 'unreachable')],
        may: { send: true, invite: true, removeOthers: false, setRoles: false, setRelays: false, setAddressPrivacy: false, setHistory: false, setTitle: false },
      },
      { relays: [relayLine(RELAY, 'unreachable')] },
    ),
    messages,
  },
  relayGone: {
    view: withGroup(
      {
        ...deskGroup,
        relays: [relayLine(OTHER_RELAY, 'connected'), relayLine(RELAY, 'unreachable', { isGone: true, reachedMs: SCENE_NOW_MS - 5 * DAY })],
      },
      {
        relays: [
          relayLine(OTHER_RELAY, 'connected'),
          relayLine(RELAY, 'unreachable', { isGone: true, reachedMs: SCENE_NOW_MS - 5 * DAY, isChosen: false }),
          relayLine(THIRD_RELAY, 'connected', { latencyMs: 61, keepsDays: 7 }),
        ],
      },
    ),
    messages,
  },
  relayUnreachable: {
    view: withGroup({ ...deskGroup, relays: [relayLine(RELAY, 'unreachable')] }, { relays: [relayLine(RELAY, 'unreachable')] }),
    messages,
  },
  signals: {
    view: {
      ...withGroup({ ...deskGroup, members: readers, typing: typists.slice(0, 2), connection: 'relay' }),
      groups: [
        { ...deskGroup, members: readers, typing: typists.slice(0, 2), connection: 'relay' },
        ...groups.slice(1).map((each) => (each.id === 'family' ? { ...each, typing: typists.slice(0, 1) } : each)),
      ],
    },
    messages: { ...messages, desk: desk.slice(0, 13) },
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
  marked: { view: withGroup(deskGroup), messages: { desk: marked } },
  mentions: {
    view: withGroup({ ...deskGroup, draft: 'I asked @', unread: 2, mentions: 1 }),
    messages: { desk: mentioned },
  },
  reported: { view: withGroup(deskGroup), messages: { desk: reported } },
  indexing: { view: { ...ready, search: { isOn: true, percent: 41 } }, messages },
  late: { view: withGroup({ ...deskGroup, unread: 1, readUpTo: { order: late[2]?.order ?? '', atMs: SCENE_NOW_MS - 25 * MINUTE } }), messages: { desk: late } },
  leftInTheMiddle: {
    view: withGroup({ ...deskGroup, unread: 40, readingPlace: { message: thousands[1200]?.id ?? '', order: thousands[1200]?.order ?? '', hiddenPx: 10 } }),
    messages: { desk: thousands },
  },
  replies: { view: withGroup({ ...deskGroup, draft: 'I can wait at the gate with', replyTo: answering }), messages: { desk: answered } },
  vanishing: { view: withGroup({ ...deskGroup, lifetimeSeconds: 3600 }), messages: { desk: vanishingOnes } },
  vanishingSooner: {
    view: withGroup({ ...deskGroup, lifetimeSeconds: 604_800, draft: 'The code for the gate is', draftLifetimeSeconds: 300 }),
    messages: { desk: vanishingOnes },
  },
  vanishingOwn: { view: withGroup({ ...deskGroup, lifetimeSeconds: 5_400 }), messages: { desk: vanishingOnes } },
  changed: { view: withGroup(deskGroup), messages: { desk: changed } },
  editing: {
    view: withGroup({ ...deskGroup, draft: 'I bring', editing: { message: 'd7', text: 'See you there at six.', mentions: [] } }),
    messages: { desk: changed },
  },
  reactionRefused: { view: withGroup(deskGroup), messages: { desk: reacted }, refuses: { react: { code: 'storageFull', numbers: {} } } },
  hiddenSigns: {
    view: withGroup({
      ...deskGroup,
      title: '',
      members: [me, eve, nobody, family],
      lastMessage: { text: '\u3164', deleted: false, senderName: '', senderAnother: 0, own: false, atMs: SCENE_NOW_MS, vanishes: false },
    }),
    messages: {
      desk: turned,
    },
  },
  localRelay: {
    view: { ...ready, relays: [relayLine('/ip4/192.168.1.4/tcp/4001/ws/p2p/12D3KooWQ7fYbq3vN8hLrT2mXcJ5pUeK9sWdZaGtRyHnBvMxPoLi', 'unreachable')] },
  },
  shared: { view: { ...ready, typed: { ...ready.typed, shared: SHARED } }, messages },
  sharedLocked: { view: { ...ready, phase: 'locked', groups: [], typed: { ...ready.typed, shared: SHARED } } },
  notifying: { view: { ...ready, profile: { ...ownProfile, notifications: { show: 'content', mentionsThroughMute: true } } }, messages },
  people: { view: withGroup({ ...deskGroup, members: [me, verified, alike, lost, forked, ...nameless] }), messages: { desk: told } },
  peopleNoMatch: {
    view: withGroup({ ...deskGroup, members: [me, verified, alike, lost, forked, ...nameless] }),
    messages: { desk: told },
    refuses: { compareSafetyCode: { code: 'safetyCodeOfAnother', numbers: {} } },
  },
  addressesHidden: {
    view: withGroup({
      ...deskGroup,
      isAddressPrivate: true,
      members: [me, { ...jonas, connection: 'relay' }, tala, wen],
      connection: 'relay',
      may: { ...deskGroup.may, removeOthers: false, setRoles: false, setRelays: false, setAddressPrivacy: false, setHistory: false, setTitle: false },
    }),
    messages,
  },
  onlyAdmin: { view: withGroup({ ...deskGroup, members: [me, { ...jonas, role: 'member' }, tala, wen] }), messages },
  sendRefused: { view: ready, messages, refuses: { send: { code: 'storageFull', numbers: {} } } },
} as const satisfies { readonly [name: string]: Scene }

export type SceneName = keyof typeof SCENES
