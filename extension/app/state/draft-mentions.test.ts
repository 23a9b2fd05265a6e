import { expect, it } from 'vitest'
import { draftMentions } from './draft-mentions.ts'

const bob = (start: number) => ({ account: 'bob', start, length: 4 })

it('mentions go along with what is typed, and end when they are changed', () => {
  const mentions = draftMentions(() => null)
  mentions.choose({ text: 'hi @Bob ', mentions: [bob(3)] })
  expect(mentions.of('hi @Bob and')).toEqual([bob(3)])
  expect(mentions.of('oh, hi @Bob and')).toEqual([bob(7)])
  expect(mentions.of('oh, hi @Bo and')).toEqual([])
})

it('a draft that the engine kept, or another page wrote, has the mentions that were kept with it', () => {
  let kept = { text: '@Bob', mentions: [bob(0)] }
  const mentions = draftMentions(() => kept)
  expect(mentions.of('@Bob')).toEqual([bob(0)])
  expect(mentions.of('@Bob!')).toEqual([bob(0)])
  kept = { text: 'so @Bob', mentions: [bob(3)] }
  expect(mentions.of('so @Bob')).toEqual([bob(3)])
})
