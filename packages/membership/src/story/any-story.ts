/** Stories that nobody wrote: random operations of people who have heard more or less of each other. */
import type { Operation } from '@sotto/wire'
import { operationsInCausalOrder } from '../log/log-queries.ts'
import { Person } from './person.ts'
import { everybodyMeets, setup } from './setup.ts'

/** What one step of a story says: who does what to whom. Numbers are taken modulo what there is. */
export interface PlacedOperation {
  readonly who: number
  readonly whom: number
  readonly what: number
}

const OPERATIONS: readonly ((actor: Person, other: Person, count: number) => void)[] = [
  (actor, other) => actor.meets(other),
  (actor, other) => actor.meets(other),
  (actor) => actor.acknowledges(),
  (actor, other) => actor.removes(other),
  (actor, other) => actor.admits(other, 'admin'),
  (actor, other) => actor.makes(other, 'member'),
  (actor, other) => actor.makes(other, 'admin'),
  (actor) => actor.rekeys(),
  (actor, _other, count) => actor.renames(`title ${count}`),
  (actor, other, count) => {
    const link = actor.invites({ name: String(count), uses: 2 })
    actor.admitsBy(link, other)
  },
  (actor) => actor.leaves(),
  (actor, _other, count) => {
    actor.adds(`device ${count}`)
  },
  (actor, _other, count) => {
    const second = actor.adds(`device ${count}`)
    second.rekeys()
    actor.revokes(second.device)
    actor.meets(second)
  },
]

/** Tells a story of five, two of them the same device in two hands. Returns everything that was written. */
export function tell(operations: readonly PlacedOperation[]): readonly Operation[] {
  const people: Person[] = [...setup('alice', 'bob*', 'carol', 'dave*')]
  const [, bob] = people
  if (bob !== undefined) people.push(bob.twin())
  for (const [count, { who, whom, what }] of operations.entries()) {
    const actor = people[who % people.length]
    const other = people[whom % people.length]
    if (actor !== undefined && other !== undefined) OPERATIONS[what % OPERATIONS.length]?.(actor, other, count)
  }
  everybodyMeets(...people)
  return people[0] === undefined ? [] : operationsInCausalOrder(people[0].log)
}
