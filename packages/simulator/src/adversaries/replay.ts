/** Sends out again what came to it: to all peers, on every way. */
import type { Adversary } from './adversary.ts'

export function replay(by: Adversary, group: string): void {
  const heard = by.network.overheard.filter(({ to }) => to === by.peer).map(({ what }) => what)
  for (let i = 0; i < 20 && heard.length > 0; i++) {
    const what = by.random.pick(heard)
    if (what.kind === 'gossip') {
      by.network.perform(by.peer, { kind: 'publish', topic: what.topic, data: what.data })
      by.append(group, what.data)
    } else {
      for (const peer of by.network.peersOf(by.peer)) by.network.perform(by.peer, { kind: 'sendPeerFrame', peer, frame: what.frame })
    }
  }
}
