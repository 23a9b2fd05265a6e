/** Texts that are passed on to other groups (PROTOCOL §8.37, §8.38). */
import type { MessageView, RejectionCode } from '@sotto/core'
import { expect, it } from 'vitest'
import { beginStory, type Person, type Story } from './story.ts'

const SOON_MS = 20_000

function page(story: Story, person: Person, group: string): readonly MessageView[] {
  let shown: readonly MessageView[] = []
  story.ask(person, { kind: 'readMessages', group, before: null, limit: 100 }, ({ messages = [] }) => (shown = messages))
  return shown.filter(({ body }) => body.kind === 'text')
}

/** Bob and Carol are in the first group, Bob alone in the other. */
async function twoGroups() {
  const story = await beginStory({ direct: false })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  let other = ''
  story.ask(bob, { kind: 'createGroup', title: 'Choir' }, ({ group = '' }) => (other = group))
  story.pass(SOON_MS)
  return { story, alice, bob, other }
}

it('says the text in every chosen group, and that it is passed on', async () => {
  const { story, alice, bob, other } = await twoGroups()
  story.ask(bob, { kind: 'forward', groups: [story.group, other, other], text: 'rehearsal at seven' })
  story.pass(SOON_MS)
  expect(page(story, alice, story.group).map(({ body }) => body)).toEqual([
    { kind: 'text', text: 'rehearsal at seven', mentions: [], editedMs: null, replyTo: null, forwarded: true, files: [] },
  ])
  expect(page(story, bob, other).map(({ body }) => body)).toMatchObject([{ text: 'rehearsal at seven', forwarded: true }])
  expect(story.groupOf(alice)?.unread).toBe(1)
})

it('is said in all of them or in none', async () => {
  const { story, alice, bob, other } = await twoGroups()
  story.ask(alice, { kind: 'removeMember', group: story.group, account: bob.view().self?.account ?? '' })
  story.pass(SOON_MS)
  const codes: (RejectionCode | 'granted')[] = []
  const forward = (groups: readonly string[], text: string): void => {
    bob.request({ kind: 'forward', groups, text }, (reply) => codes.push(reply.ok ? 'granted' : reply.rejection.code))
    story.pass(100)
  }
  forward([other, story.group], 'one')
  forward([other, 'nowhere'], 'two')
  forward([], 'three')
  forward([other], ' ')
  forward([other], 'x'.repeat(20_000))
  forward(
    Array.from({ length: 21 }, (_, i) => `group ${i}`),
    'everywhere',
  )
  expect(codes).toEqual(['notMember', 'unknownGroup', 'badRequest', 'textEmpty', 'textTooLong', 'badRequest'])
  expect(page(story, bob, other)).toEqual([])
})
