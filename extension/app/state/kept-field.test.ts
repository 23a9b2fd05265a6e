/** Two pages that show one conversation, with the real engine. */
import { expect, test } from 'vitest'
import { startAlone } from '../../../packages/engine/src/test-support/single-engine.ts'
import type { Answer } from './answer.ts'
import { type KeptField, keptField } from './kept-field.ts'

async function twoPages() {
  const { engine, group } = await startAlone()
  const draft = (): string | null => engine.view().groups.find(({ id }) => id === group)?.draft ?? null
  const asked: string[] = []
  const page = () => {
    /** What waits for a pause in the typing. */
    let pause: (() => void) | null = null
    const answer = async (request: Parameters<typeof engine.request>[0]): Promise<Answer> => {
      asked.push(request.kind)
      const reply = await engine.request(request)
      return reply.ok ? reply : { ok: false, code: reply.rejection.code, sentence: `refused: ${reply.rejection.code}` }
    }
    const field: KeptField = keptField({
      kept: draft,
      keep: (text) => answer({ kind: 'setDraft', group, text }),
      later: (_ms, act) => {
        pause = act
        return () => {
          pause = null
        }
      },
    })
    engine.subscribe(() => field.follow())
    return {
      field,
      pause: async () => {
        const act = pause
        pause = null
        act?.()
        await field.save()
      },
      isWaiting: () => pause !== null,
      send: () => field.take((text) => answer({ kind: 'send', group, text })),
      shows: () => field.text.peek(),
    }
  }
  return { engine, group, draft, asked, one: page(), other: page() }
}

test('a text typed in one page shows in the other, and a text sent from one leaves both', async () => {
  const { engine, group, one, other } = await twoPages()
  one.field.write('hello')
  await one.pause()
  expect(other.shows()).toBe('hello')
  await one.send()
  expect([one.shows(), other.shows()]).toEqual(['', ''])
  expect(await engine.texts(group)).toEqual(['hello'])
})

test('a text that is sent before it was kept leaves both too', async () => {
  const { engine, group, draft, one, other } = await twoPages()
  one.field.write('hel')
  await one.pause()
  one.field.write('hello')
  await one.send()
  expect([one.shows(), other.shows(), draft()]).toEqual(['', '', ''])
  expect(await engine.texts(group)).toEqual(['hello'])
})

test('a field that a person types in is not overwritten by the other page, and is kept when typing pauses', async () => {
  const { draft, one, other } = await twoPages()
  other.field.write('mine')
  one.field.write('theirs')
  await one.pause()
  expect(other.shows()).toBe('mine')
  await other.pause()
  expect([one.shows(), other.shows(), draft()]).toEqual(['mine', 'mine', 'mine'])
})

test('a text typed while an earlier one is being kept is neither lost nor overwritten by its echo', async () => {
  const { draft, one } = await twoPages()
  one.field.write('a')
  const first = one.pause()
  one.field.write('ab')
  const second = one.pause()
  one.field.write('abc')
  await Promise.all([first, second])
  expect(one.shows()).toBe('abc')
  await one.pause()
  expect([one.shows(), draft()]).toEqual(['abc', 'abc'])
})

test('a text typed after Enter stays, and becomes the composer draft', async () => {
  const { engine, group, draft, one, other } = await twoPages()
  one.field.write('first')
  const sent = one.send()
  one.field.write('second')
  await sent
  expect(one.shows()).toBe('second')
  await one.pause()
  expect([draft(), other.shows()]).toEqual(['second', 'second'])
  expect(await engine.texts(group)).toEqual(['first'])
})

test('a text that could not be sent is back in the field, once', async () => {
  const { draft, one, other } = await twoPages()
  one.field.write('kept')
  // Refused at the very moment of keeping, and before it.
  await one.field.take(async () => ({ ok: false, code: 'storageFull', sentence: 'full' }))
  expect(one.shows()).toBe('kept')
  await one.pause()
  await one.field.take(async () => ({ ok: false, code: 'storageFull', sentence: 'full' }))
  expect([one.shows(), other.shows(), draft()]).toEqual(['kept', 'kept', 'kept'])
})

test('an engine that answers both at once does not double a text that could not be sent', async () => {
  let kept = ''
  const field = keptField({
    kept: () => kept,
    keep: async (text) => {
      kept = text
      return { ok: true, value: {} }
    },
  })
  field.write('kept')
  await field.take(async () => ({ ok: false, code: 'storageFull', sentence: 'full' }))
  expect(field.text.peek()).toBe('kept')
})

test('a text that could not be sent is back in the field, before text typed since', async () => {
  const { one, other } = await twoPages()
  one.field.write('kept')
  const sent = one.field.take(async () => ({ ok: false, code: 'storageFull', sentence: 'full' }))
  one.field.write('and more')
  await sent
  expect(one.shows()).toBe('kept\nand more')
  await one.pause()
  expect(other.shows()).toBe('kept\nand more')
})

test('a text that is too long to be kept is reported once, stays, and is kept again when it is shorter', async () => {
  const { engine, group, draft, asked, one } = await twoPages()
  one.field.write('short')
  await one.pause()
  const long = 'x'.repeat(300_000)
  one.field.write(long)
  await one.pause()
  expect(one.field.error.peek()).toBe('refused: draftTooLong')
  expect([one.shows().length, draft()]).toEqual([long.length, 'short'])
  const before = asked.length
  await engine.ask({ kind: 'markRead', group })
  one.field.follow()
  expect([one.isWaiting(), asked.length]).toEqual([false, before])
  one.field.write('shorter')
  await one.pause()
  expect([one.field.error.peek(), draft()]).toEqual([null, 'shorter'])
})

test('a text of 24 KB is kept whole', async () => {
  const { draft, one } = await twoPages()
  one.field.write('saved before')
  await one.pause()
  const pasted = 'pasted '.repeat(3_500)
  one.field.write(pasted)
  await one.pause()
  expect(draft() === pasted).toBe(true)
  expect(one.field.error.peek()).toBeNull()
})
