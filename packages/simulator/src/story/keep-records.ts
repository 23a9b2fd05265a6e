/** A relay that keeps for itself what a person leaves at it. */
import { decode, mailboxRequest } from '@sotto/wire'
import type { Person, Story } from './story.ts'

/** What a person leaves at relays from now on, as a relay may keep it. */
export function keepRecords(story: Story, person: Person): readonly Uint8Array[] {
  const kept: Uint8Array[] = []
  const perform = story.network.perform.bind(story.network)
  story.network.perform = (by, effect) => {
    const frame = by === person && effect.kind === 'sendRelayFrame' ? decode(mailboxRequest, effect.frame) : undefined
    if (frame?.kind === 'append' && frame.class === 'stored') kept.push(frame.body)
    perform(by, effect)
  }
  return kept
}
