/** Where a story begins. */
import { Person } from './person.ts'

/** A group that the first founded and into which she admitted the others; a star makes an admin. All know everything. */
export function setup<const N extends readonly string[]>(...names: N): { readonly [K in keyof N]: Person } {
  const people = names.map((name) => new Person(name.replace('*', '')))
  const [founder, ...others] = people
  if (founder === undefined) throw new TypeError('a story needs a founder')
  founder.founds()
  for (const [i, person] of others.entries()) founder.admits(person, names[i + 1]?.endsWith('*') === true ? 'admin' : 'member')
  for (const person of others) {
    person.log = founder.log
  }
  return people as unknown as { readonly [K in keyof N]: Person }
}

/** All tell all others everything. */
export function everybodyMeets(...people: readonly Person[]): void {
  for (const one of people) one.meets(...people)
  for (const one of people) one.meets(...people)
}
