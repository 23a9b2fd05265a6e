/**
 * I18: whatever members call themselves, every name that a peer is shown is in its one form, and two people whose names can be
 * taken for one another have different numbers.
 */
import { lookalikeKeys, nameFrom } from '@sotto/wire'
import type { SimulatedPeer } from './simulated-peer.ts'

/** Names that look like each other, turn around what is around them, or show nothing. */
const HOSTILE_NAMES = ['Ann', '\u0410nn', 'A\u200bn\u2066n', '\u202ennA', 'ANN', '\u3164', `A${'\u0316'.repeat(20)}nn`, ' Ann\n\u2714 ②']

/** What a person of a world calls itself: in every fourth world something hostile. */
export const calledIn = (seed: number, number: number, name: string): string =>
  seed % 4 === 1 ? (HOSTILE_NAMES[(number + seed) % HOSTILE_NAMES.length] ?? name) : name

/** What is wrong with the names that a peer is shown, a sentence each. */
export function nameObjections(peer: SimulatedPeer): readonly string[] {
  return peer.view().groups.flatMap(({ members }) => {
    const shown = members.filter(({ name }) => name !== '').map(({ name, another }) => ({ name, another, looks: lookalikeKeys(name) }))
    const notInForm = shown.flatMap(({ name }) => (name === nameFrom(name) ? [] : [`I18: ${peer.name} is shown ${JSON.stringify(name)}`]))
    const alike = shown.flatMap((one, i) =>
      shown
        .slice(i + 1)
        .filter((other) => other.another === one.another && other.looks.some((look) => one.looks.includes(look)))
        .map((other) => `I18: ${peer.name} is shown ${JSON.stringify(one.name)} and ${JSON.stringify(other.name)} alike`),
    )
    return [...notInForm, ...alike]
  })
}
