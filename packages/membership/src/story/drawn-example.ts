/** The worked example as PROTOCOL.md has it: a drawing from which a story is told, and tables of what comes of it. */
import type { Operation } from '@sotto/wire'
import { addOperation, type MembershipLog } from '../log/log.ts'
import { idOf, Person, primitives } from './person.ts'

/** An operation of the drawing: what it says of itself, and the names of its parents. */
export interface Drawn {
  readonly name: string
  readonly sentence: string
  readonly parents: readonly string[]
}

export interface Drawing {
  /** The sentence about the members before. */
  readonly before: string
  /** Each after its parents. */
  readonly operations: readonly Drawn[]
  /** Pairs of names: the first conflicts with the second. */
  readonly conflictsWith: readonly (readonly [string, string])[]
}

/** The part of the document between two of its headings in bold. */
export function partOf(document: string, from: string, to: string): string {
  const begin = document.indexOf(`**${from}.**`)
  const end = document.indexOf(`**${to}.**`, begin)
  if (begin < 0 || end < 0) throw new RangeError(`no part from ${from} to ${to}`)
  return document.slice(begin, end)
}

/** Reads the drawing. What all others begin from is the node that says `before: …`. */
export function readDrawing(part: string): Drawing {
  const [, mermaid = ''] = /```mermaid\n([\s\S]*?)```/.exec(part) ?? []
  const sentences = new Map([...mermaid.matchAll(/(\w+)\["\w+: ([^"]+)"\]/g)].map(([, name = '', sentence = '']) => [name, sentence]))
  const arrows = [...mermaid.matchAll(/^ *(\w+)(?:\[[^\]]*\])? --> (\w+)/gm)].map(([, from = '', to = '']) => ({ from, to }))
  const conflictsWith = [...mermaid.matchAll(/(\w+) -\. conflicts with \.-> (\w+)/g)].map(([, q = '', r = '']) => [q, r] as const)
  const [start = ''] = arrows.map(({ to }) => to).filter((name) => !arrows.some(({ from }) => from === name))
  const drawn = [...sentences]
    .filter(([name]) => name !== start)
    .map(([name, sentence]) => ({ name, sentence, parents: arrows.filter(({ from, to }) => from === name && to !== start).map(({ to }) => to) }))
  return { before: sentences.get(start) ?? '', operations: parentsFirst(drawn), conflictsWith }
}

function parentsFirst(drawn: readonly Drawn[]): readonly Drawn[] {
  const sorted: Drawn[] = []
  const isReady = ({ parents }: Drawn): boolean => parents.every((parent) => sorted.some(({ name }) => name === parent))
  for (const _ of drawn) for (const each of drawn) if (!sorted.includes(each) && isReady(each)) sorted.push(each)
  if (sorted.length < drawn.length) throw new RangeError('an arrow leads to nothing, or round in a circle')
  return sorted
}

/** The drawing without some of its operations: what came after them comes after their parents. */
export function without(drawing: Drawing, names: readonly string[]): Drawing {
  const isGone = (name: string): boolean => names.includes(name)
  const parentsOf = (name: string): readonly string[] =>
    (drawing.operations.find((each) => each.name === name)?.parents ?? []).flatMap((parent) => (isGone(parent) ? parentsOf(parent) : [parent]))
  return {
    ...drawing,
    operations: drawing.operations.filter(({ name }) => !isGone(name)).map((each) => ({ ...each, parents: [...new Set(parentsOf(each.name))] })),
    conflictsWith: drawing.conflictsWith.filter((pair) => !pair.some(isGone)),
  }
}

export interface Told {
  /** By their names in the document, in its order. */
  readonly people: ReadonlyMap<string, Person>
  readonly before: MembershipLog
  /** By their names in the drawing. */
  readonly operations: ReadonlyMap<string, Operation>
  /** With everything in it. */
  readonly log: MembershipLog
}

/** Tells the drawing: each author writes behind what the arrows say that they have seen, and nothing else. */
export function tellDrawing({ before, operations }: Drawing): Told {
  const people = new Map<string, Person>()
  const [first, ...others] = [...before.matchAll(/([A-Z][\w, ]*?) (admin|member)s?\b/g)].flatMap(([, names = '', role]) =>
    names.split(', ').map((name) => ({ name, role: role === 'admin' ? ('admin' as const) : ('member' as const) })),
  )
  if (first?.role !== 'admin') throw new RangeError('a group begins with an admin')
  const founder = new Person(first.name)
  people.set(first.name, founder)
  founder.founds()
  for (const { name, role } of others) {
    const person = new Person(name)
    people.set(name, person)
    founder.admits(person, role)
  }
  const begun = founder.log
  const told = new Map<string, { readonly operation: Operation; readonly past: readonly Operation[] }>()
  for (const { name, sentence, parents } of operations) {
    const seen = parents.flatMap((parent) => told.get(parent) ?? [])
    const past = new Set(seen.flatMap(({ operation, past: earlier }) => [...earlier, operation]))
    told.set(name, { operation: writeAs(people, sentence, begun, [...past]), past: [...past] })
  }
  const written = new Map([...told].map(([name, { operation }]) => [name, operation]))
  const log = [...written.values()].reduce((all, operation) => addOperation(primitives, all, operation).log, begun)
  return { people, before: begun, operations: written, log }
}

/** Writes what a sentence says, as its subject, which has seen what is in `past`. */
function writeAs(people: ReadonlyMap<string, Person>, sentence: string, begun: MembershipLog, past: readonly Operation[]): Operation {
  const [, subject = '', verb = '', object = '', role = ''] = /^(\w+) (removes|acknowledges|makes)(?: (\w+))?(?: an? (admin|member))?$/.exec(sentence) ?? []
  const personOf = (name: string): Person => {
    const person = people.get(name)
    if (person === undefined) throw new RangeError(`nobody is called ${name} in: ${sentence}`)
    return person
  }
  const author = personOf(subject)
  author.log = begun
  author.hears(...past)
  if (verb === 'acknowledges') return author.acknowledges()
  if (verb === 'removes') return author.removes(personOf(object))
  if (role === '') throw new RangeError(`not a sentence of the example: ${sentence}`)
  return author.makes(personOf(object), role === 'admin' ? 'admin' : 'member')
}

/** The name of an operation in the drawing, by its id; `undefined` for one from before. */
export const namesById = (told: Told, textOf: (id: Uint8Array) => string): ReadonlyMap<string, string> =>
  new Map([...told.operations].map(([name, operation]) => [textOf(idOf(operation)), name]))

/** The rows of the table whose header begins with this column, the header among them. */
export function readTable(part: string, firstColumn: string): readonly (readonly string[])[] {
  const lines = part.split('\n')
  const at = lines.findIndex((line) => line.startsWith(`| ${firstColumn} |`))
  const rest = at < 0 ? [] : lines.slice(at)
  const end = rest.findIndex((line) => !line.startsWith('|'))
  const rows = (end < 0 ? rest : rest.slice(0, end)).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  )
  if (rows.length < 3) throw new RangeError(`no table of ${firstColumn}`)
  return rows.filter((_, i) => i !== 1)
}
