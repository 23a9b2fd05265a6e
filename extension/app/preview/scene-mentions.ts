/** Texts that mention people, texts that were passed on, and what an admin is told of a text. */
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

/** What members reported to this person, an admin: with words of theirs and without, short and long. */
export const reported: readonly MessageView[] = [
  message('p1', wen, 50 * MINUTE, 'BUY NOW, only today: [a prize](https://example.net/prize)'),
  message('p2', tala, 40 * MINUTE, '', {
    body: {
      kind: 'reported',
      author: wen,
      text: 'BUY NOW, only today: [a prize](https://example.net/prize)',
      words: 'The third one this week. Can you take this off?',
      here: 'same',
    },
  }),
  message('p3', alike, 30 * MINUTE, '', {
    body: { kind: 'reported', author: jonas, text: 'Nobody asked you, and nobody will. '.repeat(24).trim(), words: '', here: 'otherwise' },
  }),
  message('p4', jonas, 20 * MINUTE, 'The hall is closed on Friday.'),
]
