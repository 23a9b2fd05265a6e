/** Texts that mention people, and texts that were passed on. */
import type { MemberView, MessageView } from '@sotto/engine/api'
import { alike, jonas, me, message, MINUTE, said, tala, wen } from './scene-messages.ts'

/** Where a text mentions people, as they are called here. */
const mentioning = (text: string, ...people: readonly (readonly [written: string, member: MemberView])[]): MessageView['body'] =>
  said(text, {
    mentions: people.map(([written, { account, name, another, own }]) => ({
      account,
      name,
      another,
      own,
      start: text.indexOf(written),
      length: written.length,
    })),
  })

/** Mentions of oneself, of others, inside of marks, and of one who is called otherwise here; and a text that was passed on. */
export const mentioned: readonly MessageView[] = [
  message('m1', tala, 50 * MINUTE, '', { body: mentioning('Can @Mira look at this before six?', ['@Mira', me]) }),
  message('m2', me, 40 * MINUTE, '', { body: mentioning('I can. **@Tala** and @J., who has the scan?', ['@Tala', tala], ['@J.', jonas]) }),
  message('m3', jonas, 30 * MINUTE, '', { body: mentioning('> Can @Mira look\nJonas has it, not @Jonas!', ['@Mira', me], ['@Jonas', alike]) }),
  message('m4', wen, 20 * MINUTE, '', { body: said('The hall is closed on **Friday**. Come on Saturday.', { forwarded: true }) }),
  message('m5', me, 10 * MINUTE, '', { body: said('Bring a card, they will ask for one.', { forwarded: true }) }),
]
