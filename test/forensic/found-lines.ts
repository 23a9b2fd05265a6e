/** Whether what vanished is gone, and the lines that say so. */
import type { Played } from './play-vanishing.ts'

const PEOPLE = ['author', 'reader'] as const

const isRight = ({ before, after }: Played, texts: number, person: number): boolean =>
  before[person]?.any === texts && after[person]?.any === 0 && after[person].earlierRows === 0

/** All were found before, and none after, of the author and the reader. */
export const isNothingLeft = (played: Played, texts: number): boolean => PEOPLE.every((_, person) => isRight(played, texts, person))

export function tell(where: string, played: Played, texts: number): void {
  for (const [i, who] of PEOPLE.entries())
    console.log(
      `  ${isRight(played, texts, i) ? '✓' : '✗'} ${where}, ${played.ending}, ${who}: before ${JSON.stringify(played.before[i])}, after ${JSON.stringify(played.after[i])}`,
    )
}
