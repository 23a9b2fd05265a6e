/** The committed sequences, and a few hundred new ones from fixed seeds: whatever they say, everything that must hold does. */
import './small-limits.ts'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../invented-encoding.ts'
import { randomSequence } from './mutate.ts'
import { readSequences } from './sequences.ts'
import { STATEFUL_NAMES } from './stateful-names.ts'
import { createStatefulTargets } from './stateful-targets.ts'

const targets = await createStatefulTargets()

test('the names are those of the targets', () => {
  expect(targets.map(({ name }) => name)).toEqual([...STATEFUL_NAMES])
})

describe.each(targets.map((target) => [target.name, target] as const))('%s', (name, target) => {
  const sequences = readSequences(name)

  test('holds under every committed sequence, and together they say everything that can be said', () => {
    const found = sequences.flatMap((sequence) => target.play(sequence).violations.map((violation) => `${violation}\n${JSON.stringify(sequence)}`))
    expect(found).toEqual([])
    const said = new Set(sequences.flatMap(({ acts }) => acts.map(([verb]) => verb)))
    expect([...new Set(target.verbs)].filter((verb) => !said.has(verb))).toEqual([])
  })

  test('plays a sequence the same each time', () => {
    for (const sequence of sequences.slice(0, 20)) expect(target.play(sequence).features).toEqual(target.play(sequence).features)
  })

  test('holds under sequences from nothing', () => {
    const random = seededRandom(7)
    const found = Array.from({ length: 120 }, () => randomSequence(target, random)).flatMap((sequence) =>
      target.play(sequence).violations.map((violation) => `${violation}\n${JSON.stringify(sequence)}`),
    )
    expect(found).toEqual([])
  })
})
