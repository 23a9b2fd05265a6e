import { expect, test } from 'vitest'
import { playEngine } from './played-engine.ts'
import { SCENE_NOW_MS } from './scene-messages.ts'
import { SCENES } from './scenes.ts'

test.each(Object.entries(SCENES))('%s: a scene survives JSON, as the engine’s views do', (_, scene) => {
  expect(JSON.parse(JSON.stringify(scene))).toEqual(scene)
})

test('a sent message shows in the conversation and in the list', async () => {
  const engine = playEngine(SCENES.conversations, () => SCENE_NOW_MS)
  const before = engine.state().view?.groups.find(({ id }) => id === 'desk')?.revision ?? 0
  expect(await engine.request({ kind: 'send', group: 'desk', text: 'Hello' })).toMatchObject({ ok: true })
  const reply = await engine.request({ kind: 'readMessages', group: 'desk', before: null, limit: 1 })
  expect(reply).toMatchObject({ ok: true, value: { messages: [{ own: true, state: 'sending', body: { text: 'Hello' } }], more: true } })
  const after = engine.state().view?.groups.find(({ id }) => id === 'desk')
  expect(after?.revision).toBeGreaterThan(before)
  expect(after?.lastMessage).toMatchObject({ text: 'Hello', own: true })
})

test('one’s own reaction replaces the previous one, and can be taken back', async () => {
  const engine = playEngine(SCENES.reactions, () => SCENE_NOW_MS)
  const react = (emoji: string | null) => engine.request({ kind: 'react', group: 'desk', message: 'r1', emoji })
  const reactions = async () => {
    const reply = await engine.request({ kind: 'readMessages', group: 'desk', before: null, limit: 200 })
    return reply.ok ? reply.value.messages?.find(({ id }) => id === 'r1')?.reactions : undefined
  }
  expect(await reactions()).toEqual([{ emoji: '👍', people: [{ name: 'Tala Reyes', another: 0 }], own: false }])
  await react('👍')
  expect(await reactions()).toEqual([{ emoji: '👍', people: [{ name: 'Tala Reyes', another: 0 }], own: true }])
  await react('🙏')
  expect(await reactions()).toEqual([
    { emoji: '👍', people: [{ name: 'Tala Reyes', another: 0 }], own: false },
    { emoji: '🙏', people: [], own: true },
  ])
  await react(null)
  expect(await reactions()).toEqual([{ emoji: '👍', people: [{ name: 'Tala Reyes', another: 0 }], own: false }])
})

test('a scene can refuse', async () => {
  const engine = playEngine(SCENES.locked, () => SCENE_NOW_MS)
  expect(await engine.request({ kind: 'unlock', passphrase: 'x' })).toEqual({ ok: false, rejection: { code: 'wrongPassphrase', numbers: {} } })
})
