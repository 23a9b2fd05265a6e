/**
 * Whether two names can be taken for one another: the skeleton of UTS 39 §4, in which characters that are drawn alike are one.
 * A person reads names whatever their case and marks between words, so those do not tell two names apart either.
 */
import { CONFUSABLES } from './confusables.ts'

/** What each character is drawn like. */
const PROTOTYPES: ReadonlyMap<string, string> = new Map(
  CONFUSABLES.split(';').flatMap((entry) => {
    const [prototype = '', ...sources] = entry.trim().split(/\s+/).map(textOfPoints)
    return sources.map((source) => [source, prototype] as const)
  }),
)

function textOfPoints(points: string): string {
  return points === '' ? '' : String.fromCodePoint(...points.split('+').map((point) => Number.parseInt(point, 16)))
}

/** The skeleton of UTS 39 §4, without its reordering: names have no characters that set a direction (`readName`). */
export function skeletonOf(text: string): string {
  let skeleton = ''
  for (const character of text.normalize('NFD')) {
    if (!/\p{Default_Ignorable_Code_Point}/u.test(character)) skeleton += PROTOTYPES.get(character) ?? character
  }
  return skeleton.normalize('NFD')
}

/** Only what is read out of a name; all of it where that is nothing, such as of an emoji. */
function readable(skeleton: string): string {
  const letters = skeleton.replace(/[^\p{L}\p{N}\p{M}]/gu, '')
  return letters === '' ? skeleton.replace(/\s/gu, '') : letters
}

/**
 * Two names with a key in common can be taken for one another. There are two keys, since case hides a likeness as often as it
 * shows one: `AIice` with a capital I is drawn like `Alice`, and `ALICE` is not, but both are read so.
 */
export function lookalikeKeys(name: string): readonly string[] {
  const asDrawn = skeletonOf(skeletonOf(name).toLowerCase())
  const asRead = skeletonOf(name.toLowerCase())
  return [...new Set([asDrawn, asRead].map(readable))].filter((key) => key !== '')
}
