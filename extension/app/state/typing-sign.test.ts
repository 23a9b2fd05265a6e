import { expect, it } from 'vitest'
import { typingSign } from './typing-sign.ts'

function typist() {
  const told: boolean[] = []
  let nowMs = 0
  const sign = typingSign(
    (isTyping) => {
      told.push(isTyping)
      return Promise.resolve({ ok: true, value: {} })
    },
    () => nowMs,
  )
  return { ...sign, told, pass: (ms: number) => (nowMs += ms) }
}

it('is told at the first key, and at most every three seconds while keys come', () => {
  const { typed, told, pass } = typist()
  for (let key = 1; key <= 50; key++) {
    typed('x'.repeat(key))
    pass(200)
  }
  expect(told).toEqual([true, true, true, true])
})

it('ends when the field is emptied or left, once, and begins again with the next key', () => {
  const { typed, ended, told } = typist()
  ended()
  typed('so')
  typed('')
  ended()
  typed(' ')
  typed('so')
  ended()
  expect(told).toEqual([true, false, true, false])
})
