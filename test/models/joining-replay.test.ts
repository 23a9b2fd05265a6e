/**
 * What the joining model finds with a rule off, played on real devices, which keep the rules: those who read are entitled, no key
 * goes to the removed, none is welcomed that is no member, and a link holds.
 */
import { OPERATION, SECRET } from '@sotto/core/inside'
import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Person } from '../../packages/simulator/src/story/story.ts'
import { readConfigurations } from '../../scripts/model-runs.ts'
import { deviceOf, FOLDER, lastOf, playJoining, type Sent } from './joining-trace.ts'

const fileNamesThatFail = (property: string): readonly string[] =>
  readConfigurations()
    .filter(({ model, fails }) => model === 'joining' && fails === property)
    .map(({ name }) => name.replaceAll(/[^a-z]+/g, '-'))

test('every configuration that finds something has its trace, and no other trace is kept', () => {
  const found = readConfigurations().filter(({ model, fails, finds }) => model === 'joining' && (fails ?? finds) !== undefined)
  const kept = readdirSync(FOLDER).filter((file) => file.startsWith('joining-'))
  expect(kept.toSorted()).toEqual(found.map(({ name }) => `joining-${name.replaceAll(/[^a-z]+/g, '-')}.json`).toSorted())
})

describe('a new member hands no key to one that an honest member knew as removed', () => {
  test.each(fileNamesThatFail('the_removed_get_no_key'))('%s', async (name) => {
    const { story, people, noraHandedTo, removed } = await playJoining(name)
    const [alice, , mallory, , nora] = people as [Person, Person, Person, Person, Person]
    // Mallory admitted Nora, whom its log makes a member; and Alice has removed Rex, or Mallory.
    expect(story.groupOf(mallory)?.members.map(({ account }) => account)).toContain(nora.account)
    expect(removed.length).toBeGreaterThan(0)
    for (const each of removed) expect(story.groupOf(alice)?.members.map(({ account }) => account)).not.toContain(each.account)
    expect(nora.rows.scan(OPERATION, story.group).length).toBeGreaterThan(0)
    for (const each of removed) expect(noraHandedTo).not.toContain(deviceOf(each))
    expect(story.groupOf(nora)?.state).not.toBe('member')
  })
})

describe('a new member is let in by the invite of its link alone', () => {
  test.each(fileNamesThatFail('the_link_holds'))('%s', async (name) => {
    const { story, people, noraHandedTo } = await playJoining(name)
    const [, , mallory, , nora] = people as [Person, Person, Person, Person, Person]
    expect(story.heard.filter(({ what, by, to }) => what === 'relayed letter' && by === mallory && to === nora).length).toBeGreaterThan(0)
    expect(story.groupOf(nora)?.state).toBe('joining')
    expect(noraHandedTo).toEqual([])
  })
})

describe('a device whose admission would not be effective is neither admitted nor welcomed', () => {
  test.each(fileNamesThatFail('the_welcomed_are_members'))('%s', async (name) => {
    const { story, people } = await playJoining(name)
    const [, ben, , , nora] = people as [Person, Person, Person, Person, Person]
    expect(story.heard.filter(({ what, to }) => what === 'relayed joinRequest' && to === ben).length).toBeGreaterThan(0)
    expect(lastOf(story, ben, 'admit', nora)).toBeUndefined()
    const secretsOf = (person: Person) => person.rows.scan(SECRET, story.group).map(({ key }) => key[1] ?? '')
    expect(secretsOf(ben).filter((each) => !secretsOf(nora).includes(each)).length).toBeGreaterThan(0)
    expect(story.groupOf(nora)?.state).not.toBe('member')
  })
})

describe('those that can open a message were members by what its author had', () => {
  test.each(fileNamesThatFail('readers_were_entitled'))('%s', async (name) => {
    const { story, people, sent } = await playJoining(name)
    expect(sent).toHaveLength(2)
    const [first, last] = sent as [Sent, Sent]
    // The second message has fewer readers than the first.
    expect(last.members.length).toBeLessThan(first.members.length)
    for (const { text, members, recipients } of sent) {
      const isEntitled = ({ account }: Person): boolean => members.includes(account)
      for (const person of people.filter((each) => !isEntitled(each))) expect(story.shows(person, text)).toBe(false)
      for (const recipient of recipients) expect(people.filter(isEntitled).map(deviceOf)).toContain(recipient)
    }
  })
})
