import type { Strings } from '../strings/en.ts'
import { personName } from '../strings/person-names.ts'
import { isolated } from '../text/turned-text.ts'
import type { Reaction } from './reacting.ts'

/** Above this number people are counted. A guess: what a person reads in a hint. */
const NAMED_AT_MOST = 12

/** The people who put an emoji beside a message, such as `👍 Alice and you`. */
export function reactionLabel(strings: Strings, locale: string, { emoji, people, own }: Reaction): string {
  if (own && people.length === 0) return `${emoji} ${strings.you}`
  const named = people.slice(0, NAMED_AT_MOST).map((person) => isolated(personName(strings, person)))
  const others = people.length - named.length
  const who = [...named, ...(others === 0 ? [] : [strings.reactionOthers(others)]), ...(own ? [strings.youAmongOthers] : [])]
  return `${emoji} ${new Intl.ListFormat(locale, { type: 'conjunction' }).format(who)}`
}
