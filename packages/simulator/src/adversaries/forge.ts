/** Bytes that are no frame, frames with a flipped bit, envelopes in another's name, noise in every mailbox. */
import { ladderLength, type OperationId } from '@sotto/wire'
import { groupIdOf, otherDevicesOf } from '../peer-knowledge.ts'
import type { Adversary } from './adversary.ts'

export function forge(by: Adversary, group: string): void {
  const frames = by.network.overheard
    .filter(({ to, what }) => to === by.peer && what.kind === 'frame')
    .flatMap(({ what }) => (what.kind === 'frame' ? [what.frame] : []))
  for (const peer of by.network.peersOf(by.peer)) {
    const frame = frames.length > 0 && by.random.chance(0.7) ? by.flipped(by.random.pick(frames)) : by.random.bytes(by.random.between(1, 300))
    by.network.perform(by.peer, { kind: 'sendPeerFrame', peer, frame })
  }
  by.append(group, by.random.bytes(ladderLength(by.random.between(100, 900))))
  for (const envelope of by.inAnothersName(group, 3)) by.append(group, envelope)
  for (const device of otherDevicesOf(by.peer, group)) {
    const place = { group: groupIdOf(group), epoch: by.random.bytes(32) as never, keyId: by.random.below(9) }
    by.tell(device, { kind: 'distribution', group: place.group, epoch: place.epoch, distribution: by.random.bytes(200), name: '', nameRevision: 1, title: '' })
    by.tell(device, { kind: 'secret', group: place.group, operation: by.random.bytes(32) as OperationId, secret: by.random.bytes(32) })
    by.tell(device, {
      kind: 'resend',
      ...place,
      messages: [
        {
          iteration: 3,
          messageKey: by.random.bytes(32),
          contextHash: by.random.bytes(32),
          senderTag: by.random.bytes(4),
          envelope: by.random.bytes(ladderLength(by.random.between(100, 900))),
        },
      ],
      refused: [{ from: 0, to: 60_000 }],
      gone: [{ from: 0, to: 60_000 }],
    })
  }
}
