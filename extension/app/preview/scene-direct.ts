/** A conversation with one person alone. */
import type { EngineView, GroupView, MessageView } from '@sotto/engine/api'
import { HOUR, me, message, MINUTE, notice, SCENE_NOW_MS, tala } from './scene-messages.ts'

const told: readonly MessageView[] = [
  notice('d1', tala, 3 * HOUR, 'joined'),
  message('d2', me, 2 * HOUR, 'You asked me not to say it in front of everybody. Here we are.'),
  message('d3', tala, 90 * MINUTE, 'Thank you. The scans are from my own desk.'),
  message('d4', tala, 4 * MINUTE, 'Can I call you about this?'),
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
    lastMessage: { text: 'Can I call you about this?', deleted: false, senderName: 'Tala', senderAnother: 0, own: false, atMs: SCENE_NOW_MS - 4 * MINUTE },
    may: { send: true, invite: false, removeOthers: true, setRoles: true, setRelays: true, setTitle: false },
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
  return {
    directBlocked: { view: { ...ready, groups: [blocked, ...ready.groups] }, messages: { 'alone-with-tala': told } },
    direct: { view: { ...ready, groups: [direct, ...ready.groups] }, messages: { 'alone-with-tala': told } },
    directAwaits: { view: { ...ready, groups: [awaiting, ...ready.groups] } },
  }
}
