/** A conversation with one person alone. */
import type { EngineView, GroupView } from '@sotto/engine/api'
import { me, MINUTE, SCENE_NOW_MS, tala, told } from './scene-messages.ts'

/** `group` is any that one is in: what a conversation of two does not say of itself is as there. */
export function directScenes(ready: EngineView, group: GroupView) {
  const direct: GroupView = {
    ...group,
    id: 'alone-with-tala',
    title: '',
    direct: { account: tala.account, name: tala.name, another: tala.another, isBlocked: false },
    members: [me, tala],
    unread: 1,
    lastMessage: { text: 'Can I call you about this?', deleted: false, senderName: 'Tala', senderAnother: 0, own: false, atMs: SCENE_NOW_MS - 4 * MINUTE },
    may: { send: true, invite: false, removeOthers: true, setRoles: true, setRelays: true, setTitle: false },
    security: { groupCipher: 'pairwise', epoch: 'k3VwQ9xTzL0aYd7e', keyId: 2, rotatedMs: null, devicesHolding: 1, devices: 1 },
  }
  const awaiting: GroupView = { ...direct, members: [me], unread: 0, lastMessage: null }
  const blocked: GroupView = { ...direct, unread: 0, direct: { account: tala.account, name: tala.name, another: tala.another, isBlocked: true } }
  return {
    directBlocked: { view: { ...ready, groups: [blocked, ...ready.groups] }, messages: { 'alone-with-tala': told.slice(0, 4) } },
    direct: { view: { ...ready, groups: [direct, ...ready.groups] }, messages: { 'alone-with-tala': told.slice(0, 4) } },
    directAwaits: { view: { ...ready, groups: [awaiting, ...ready.groups] } },
  }
}
