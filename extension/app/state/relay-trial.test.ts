import type { TriedRelay } from '@sotto/engine/api'
import { expect, it } from 'vitest'
import type { Answer } from './answer.ts'
import { relayTrial } from './relay-trial.ts'

const REACHED: TriedRelay = { result: 'reached', reason: null, ms: 40, address: 'here' }
const SILENT: TriedRelay = { result: 'unreachable', reason: 'silent', ms: null, address: 'there' }

function trying(answers: { readonly [address: string]: TriedRelay }) {
  const asked: string[] = []
  const trial = relayTrial((address): Promise<Answer> => {
    asked.push(address)
    const tried = answers[address]
    return Promise.resolve(tried === undefined ? { ok: false, code: 'fault', sentence: 'No address.' } : { ok: true, value: { tried } })
  })
  return { ...trial, asked }
}

it('an address that is reached may be kept at once, and is tried once', async () => {
  const { mayKeep, tryIt, asked, state } = trying({ here: REACHED })
  await tryIt('here')
  expect(await mayKeep('here')).toBe(true)
  expect([asked, state.value]).toEqual([['here'], { kind: 'done', for: 'here', tried: REACHED }])
})

it('one that is not reached may be kept when the person goes on all the same, and another one is tried again', async () => {
  const { mayKeep, asked } = trying({ there: SILENT, elsewhere: SILENT })
  expect(await mayKeep('there')).toBe(false)
  expect(await mayKeep('there')).toBe(true)
  expect(await mayKeep('elsewhere')).toBe(false)
  expect(asked).toEqual(['there', 'elsewhere'])
})

it('what is no address may never be kept, and what was said of one goes when it is changed', async () => {
  const { mayKeep, state, forget, tryIt } = trying({ here: REACHED })
  expect([await mayKeep('nonsense'), await mayKeep('nonsense')]).toEqual([false, false])
  expect(state.value).toMatchObject({ kind: 'refused' })
  const late = tryIt('here')
  forget()
  await late
  expect(state.value).toEqual({ kind: 'none' })
})
