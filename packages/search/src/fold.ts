/**
 * A text without what a person who searches does not care about: case, accents, width, vowel points (PROTOCOL §9.16). Vowel signs
 * of Indic scripts and Thai tones stay, because they are letters to those who read them.
 */

/** Marks that are left out: accents of Latin, Greek and Cyrillic, and points of Hebrew and Arabic. */
const LEFT_OUT =
  /[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u0640]+/g

/** Characters that are beyond these need more than `toLowerCase`. */
// oxlint-disable-next-line no-control-regex
const PLAIN = /^[\u0000-\u007f]*$/

/** The same for every text that a person would call the same word. Folding twice changes nothing. */
export function fold(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase()
  let folded = once(text)
  // A few characters need a second pass, such as those whose capital is made of several.
  for (let pass = 0; pass < MOST_PASSES && !PLAIN.test(folded); pass++) {
    const next = once(folded)
    if (next === folded) break
    folded = next
  }
  return folded
}

const MOST_PASSES = 3

/** Through capitals, which are one for `ß` and `ss`, `ſ` and `s`; and there is one sigma. */
const once = (text: string): string =>
  text.normalize('NFKD').replace(LEFT_OUT, '').toUpperCase().toLowerCase().normalize('NFKD').replace(LEFT_OUT, '').replaceAll('ς', 'σ')
