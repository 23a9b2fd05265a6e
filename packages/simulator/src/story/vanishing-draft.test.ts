/** A shorter life for the next message, which stays with the draft; and what pages are told of a life that begins. */
import { expect, it } from 'vitest'
import { LIMITS } from '@sotto/wire'
import { MINUTE, page, read, saidIn, setLifetime, SOON_MS, two } from './vanishing-story.ts'

const chosen = (seconds: number | null, group: string) => ({ kind: 'setDraftLifetime', group, seconds }) as const

it('stays with the draft over a restart, until that is sent, and is for that message alone', async () => {
  const { story, alice, bob } = await two()
  const { group } = story
  const draft = () => story.groupOf(alice)?.draftLifetimeSeconds
  story.ask(alice, chosen(300, group))
  expect(draft()).toBe(300)
  alice.stop()
  alice.start()
  story.pass(1_000)
  expect(draft()).toBe(300)
  story.ask(alice, { kind: 'send', group, text: 'soon gone', lifetimeSeconds: 300 })
  expect(draft()).toBe(null)
  story.ask(alice, { kind: 'send', group, text: 'stays', lifetimeSeconds: null })
  story.pass(SOON_MS)
  read(story, bob)
  expect(page(story, bob).map(({ lifetime }) => lifetime?.seconds ?? null)).toEqual([300, null])
  story.pass(6 * MINUTE)
  for (const person of [alice, bob]) expect(saidIn(story, person)).toEqual(['stays'])
})

it('is none where the group’s is as short, and never a longer one', async () => {
  const { story, alice } = await two()
  const { group } = story
  story.ask(alice, chosen(3_600, group))
  setLifetime(story, alice, 3_600)
  expect(story.groupOf(alice)?.draftLifetimeSeconds).toBe(null)
  for (const seconds of [LIMITS.lifetimeLeastSeconds - 1, 3_601, LIMITS.lifetimeMostSeconds + 1])
    expect(() => story.ask(alice, chosen(seconds, group))).toThrow('badRequest')
  story.ask(alice, chosen(60, group))
  expect(story.groupOf(alice)?.draftLifetimeSeconds).toBe(60)
  story.ask(alice, chosen(null, group))
  expect(story.groupOf(alice)?.draftLifetimeSeconds).toBe(null)
})

it('pages read again when lives begin, and learn when they end; the list says of the last message that it vanishes', async () => {
  const { story, alice, bob } = await two()
  setLifetime(story, alice, 300)
  story.say(alice, 'one')
  story.pass(SOON_MS)
  expect(story.groupOf(bob)?.lastMessage).toMatchObject({ text: 'one', vanishes: true })
  expect(page(story, bob)[0]?.lifetime).toEqual({ seconds: 300, endsMs: null })
  const before = story.groupOf(bob)?.revision ?? 0
  read(story, bob)
  expect(story.groupOf(bob)?.revision).toBeGreaterThan(before)
  expect(page(story, bob)[0]?.lifetime?.endsMs).toEqual(expect.any(Number))
})
