/** Two operations with one predecessor in its chain, one for each half of the group. */
import type { OperationBody } from '@sotto/wire'
import { groupIdOf, otherDevicesOf } from '../peer-knowledge.ts'
import type { Adversary } from './adversary.ts'

export function equivocate(by: Adversary, group: string): void {
  const place = by.presentPlace(group)
  if (place === null) return
  const bodies: readonly OperationBody[] = [{ kind: 'acknowledge' }, { kind: 'rekey', commitment: by.random.bytes(32) }]
  const devices = otherDevicesOf(by.peer, group)
  for (const [i, body] of bodies.entries()) {
    const operation = by.sign(group, body, place)
    for (const [j, device] of devices.entries()) if (j % 2 === i) by.tell(device, { kind: 'operations', group: groupIdOf(group), operations: [operation] })
  }
}
