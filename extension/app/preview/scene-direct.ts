/** A conversation with one person alone. */
import type { ContactRequestView, EngineView, GroupView, MessageView } from '@sotto/engine/api'
import { HOUR, me, message, MINUTE, notice, SCENE_NOW_MS, tala } from './scene-messages.ts'

const told: readonly MessageView[] = [
  notice('d1', tala, 3 * HOUR, 'joined'),
  message('d2', me, 2 * HOUR, 'You asked me not to say it in front of everybody. Here we are.'),
  message('d3', tala, 90 * MINUTE, 'Thank you. The scans are from my own desk.'),
  message('d4', tala, 4 * MINUTE, 'Can I call you about this?'),
]

/** Of strangers: one whose name is like another's, one who writes as much as there is room for, one who is blocked. */
const requests: readonly ContactRequestView[] = [
  {
    account: 'ines',
    name: 'Inês Tavares',
    another: 0,
    words: 'We met at the harbour on Sunday. I have the photographs you asked about; where shall I send them?',
    atMs: SCENE_NOW_MS - 12 * MINUTE,
    isBlocked: false,
  },
  {
    account: 'tala-2',
    name: 'Tala',
    another: 2,
    words: `Hey, it is me, new phone.\n${'Please answer soon, it is urgent. '.repeat(20)}`,
    atMs: SCENE_NOW_MS - 5 * HOUR,
    isBlocked: false,
  },
  { account: 'prizes', name: 'Prize Office', another: 0, words: '', atMs: SCENE_NOW_MS - 30 * HOUR, isBlocked: true },
]

const written: readonly MessageView[] = [
  { ...message('a1', me, 9 * MINUTE, 'We met at the harbour, and I still have the photographs.'), state: 'sending' },
  { ...message('a2', me, 8 * MINUTE, 'Shall I send them?'), state: 'sending' },
]

/** `group` is any that one is in: what a conversation of two does not say of itself is as there. */
export function directScenes(ready: EngineView, group: GroupView) {
  const direct: GroupView = {
    ...group,
    id: 'alone-with-tala',
    title: '',
    direct: { account: tala.account, name: tala.name, another: tala.another, isBlocked: false },
    members: [me, { ...tala, mark: 'verified', presence: 'here', connection: 'relay' }],
    unread: 1,
    lastMessage: {
      text: 'Can I call you about this?',
      deleted: false,
      senderName: 'Tala',
      senderAnother: 0,
      own: false,
      atMs: SCENE_NOW_MS - 4 * MINUTE,
      vanishes: false,
    },
    may: { send: true, invite: false, removeOthers: true, setRoles: true, setRelays: true, setAddressPrivacy: true, setHistory: true, setTitle: false },
    security: {
      groupCipher: 'pairwise',
      epoch: 'k3VwQ9xTzL0aYd7e',
      epochSinceMs: SCENE_NOW_MS - 3 * HOUR,
      keyId: 2,
      rotatedMs: null,
      devicesHolding: 1,
      devices: 1,
    },
  }
  const awaiting: GroupView = { ...direct, members: [me], unread: 0, lastMessage: null }
  const blocked: GroupView = { ...direct, unread: 0, direct: { account: tala.account, name: tala.name, another: tala.another, isBlocked: true } }
  const asked: GroupView = { ...awaiting, waitsFor: 'answer', draft: 'We met at the harbour, and I still have' }
  const accepted: GroupView = { ...awaiting, state: 'joining', join: { step: 'waiting', reason: null }, members: [] }
  const linked = ready.profile === null ? null : { ...ready.profile, hasContactLink: true }
  return {
    requests: { view: { ...ready, profile: linked, requests } },
    requestsBlocked: { view: { ...ready, requests: requests.slice(-1) } },
    contactLink: { view: { ...ready, profile: linked } },
    linkPasted: { view: { ...ready, typed: { ...ready.typed, invite: 'sotto-contact:k4Hs9bTz2QxW7mLrV5nJcY8p' } } },
    directAsked: { view: { ...ready, groups: [asked, ...ready.groups] } },
    directAskedWritten: { view: { ...ready, groups: [{ ...asked, draft: '' }, ...ready.groups] }, messages: { 'alone-with-tala': written } },
    directAccepted: { view: { ...ready, groups: [accepted, ...ready.groups] } },
    directBlocked: { view: { ...ready, groups: [blocked, ...ready.groups] }, messages: { 'alone-with-tala': told } },
    direct: { view: { ...ready, groups: [direct, ...ready.groups] }, messages: { 'alone-with-tala': told } },
    directVanishing: { view: { ...ready, groups: [{ ...direct, lifetimeSeconds: 86_400 }, ...ready.groups] }, messages: { 'alone-with-tala': told } },
    directAwaits: { view: { ...ready, groups: [awaiting, ...ready.groups] } },
  }
}
