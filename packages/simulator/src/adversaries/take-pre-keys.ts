/** Takes every one-time prekey of each device that the log names, as often as its relay hands any out. */
import { LIMITS } from '@sotto/wire'
import type { Adversary } from './adversary.ts'
import { InboxClient } from './inbox-client.ts'

export function takePreKeys(by: Adversary, group: string): void {
  for (const inbox of by.othersInboxes(group)) {
    const client = InboxClient.open(by, inbox)
    if (client === null) continue
    for (let i = 0; i < 2 * LIMITS.preKeyFetchesPerMinute && client.takeBundle() !== null; i++);
    client.close()
  }
}
