/** Much of everything that costs a receiver something. */
import { GROUP } from '@sotto/core/inside'
import { toBase64url } from '@sotto/wire'
import { epochKeysOf, groupIdOf, otherDevicesOf } from '../peer-knowledge.ts'
import type { Adversary } from './adversary.ts'

const FLOOD = 150

export function flood(by: Adversary, group: string): void {
  for (const envelope of by.inAnothersName(group, FLOOD)) {
    by.append(group, envelope)
    const topic = epochKeysOf(by.peer, by.primitives, group)?.topic
    if (topic !== undefined) by.network.perform(by.peer, { kind: 'publish', topic: toBase64url(topic), data: envelope })
  }
  const epoch = by.transaction().get(GROUP, group)?.epoch ?? null
  if (epoch === null) return
  for (const device of otherDevicesOf(by.peer, group)) {
    for (let i = 0; i < 20; i++) {
      by.tell(device, { kind: 'keyRequest', group: groupIdOf(group), epoch, keyId: 1, iterations: [{ from: 0, to: 60_000 }] })
      by.tell(device, { kind: 'attestationRequest', group: groupIdOf(group), epoch, keyId: i, device, iterations: [{ from: 0, to: 60_000 }] })
    }
  }
}
