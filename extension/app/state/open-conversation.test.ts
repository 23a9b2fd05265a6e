import type { EngineApi, MessageView } from '@sotto/engine/api'
import { expect, test } from 'vitest'
import { PAGE_MESSAGES, openConversation } from './open-conversation.ts'

const called = (name: string) => ({ name, another: 0 })

const message = (index: number, state: MessageView['state'] = null): MessageView => ({
  id: `m${index}`,
  order: String(index).padStart(6, '0'),
  account: 'ana',
  senderName: 'Ana',
  senderAnother: 0,
  senderFormer: null,
  own: state !== null,
  atMs: index,
  body: { kind: 'text', text: `text ${index}`, mentions: [], replyTo: null, forwarded: false },
  state,
  lateMs: null,
  resent: false,
  reactions: [],
})

/** An engine with messages that counts its requests. */
function engineWith(count: number) {
  const engine = { messages: Array.from({ length: count }, (_, index) => message(index)), asked: 0, broken: false }
  const request: EngineApi['request'] = async (request) => {
    engine.asked++
    if (engine.broken) throw new Error('gone')
    if (request.kind !== 'readMessages') throw new Error(`unexpected ${request.kind}`)
    const { before, limit } = request
    const older = engine.messages.filter(({ order }) => before === null || order < before)
    return { ok: true, value: { messages: older.slice(-limit).map((message) => ({ ...message })), more: older.length > limit } }
  }
  return { engine, client: { request } }
}

test('the newest page comes first, and older ones on demand until there are no more', async () => {
  const { client } = engineWith(450)
  const conversation = openConversation(client, 'g', 0)
  expect(conversation.window.value).toBeNull()
  await conversation.refresh()
  expect(conversation.window.value?.messages[0]?.id).toBe('m250')
  expect(conversation.window.value?.more).toBe(true)
  await conversation.loadOlder()
  await conversation.loadOlder()
  await conversation.loadOlder()
  expect(conversation.window.value?.messages.map(({ id }) => id)).toEqual(Array.from({ length: 450 }, (_, index) => `m${index}`))
  expect(conversation.window.value?.more).toBe(false)
})

test('all unread messages are there at first', async () => {
  const { client } = engineWith(1000)
  const conversation = openConversation(client, 'g', 450)
  await conversation.refresh()
  expect(conversation.window.value?.messages).toHaveLength(3 * PAGE_MESSAGES)
})

test('a gap never opens: new messages are read back to the held ones', async () => {
  const { client, engine } = engineWith(300)
  const conversation = openConversation(client, 'g', 0)
  await conversation.refresh()
  for (let index = 300; index < 1000; index++) engine.messages.push(message(index))
  await conversation.refresh()
  const ids = conversation.window.value?.messages.map(({ id }) => id) ?? []
  expect(ids.at(-1)).toBe('m999')
  expect(ids).toEqual(Array.from({ length: ids.length }, (_, index) => `m${1000 - ids.length + index}`))
  expect(ids).toContain('m100')
})

test('an unchanged message stays the same object, a changed one is replaced', async () => {
  const { client, engine } = engineWith(3)
  engine.messages[2] = message(2, 'sending')
  const conversation = openConversation(client, 'g', 0)
  await conversation.refresh()
  const before = conversation.window.value
  await conversation.refresh()
  expect(conversation.window.value).toBe(before)
  engine.messages[2] = message(2, 'sent')
  await conversation.refresh()
  expect(conversation.window.value?.messages[1]).toBe(before?.messages[1])
  expect(conversation.window.value?.messages[2]?.state).toBe('sent')
})

test('a message is replaced when a member reacts to it, joins a reaction, or takes one back', async () => {
  const { client, engine } = engineWith(2)
  const conversation = openConversation(client, 'g', 0)
  await conversation.refresh()
  const seen = async (reactions: MessageView['reactions']) => {
    engine.messages[1] = { ...message(1), reactions }
    await conversation.refresh()
    return conversation.window.value?.messages[1]?.reactions
  }
  const steps: readonly MessageView['reactions'][] = [
    [{ emoji: '👍', people: [called('Ana')], own: false }],
    [{ emoji: '👍', people: [called('Ana'), called('Ben')], own: false }],
    [{ emoji: '👍', people: [called('Ben'), called('Ana')], own: false }],
    [{ emoji: '👍', people: [called('Ben'), called('Ana')], own: true }],
    [{ emoji: '❤️', people: [called('Ben'), called('Ana')], own: true }],
    [],
  ]
  for (const step of steps) expect(await seen(step)).toEqual(step)
  const before = conversation.window.value
  expect(await seen([])).toEqual([])
  expect(conversation.window.value).toBe(before)
})

test('changes during a read cost one more read, not one each', async () => {
  const { client, engine } = engineWith(10)
  const conversation = openConversation(client, 'g', 0)
  await Promise.all(Array.from({ length: 50 }, () => conversation.refresh()))
  expect(engine.asked).toBe(2)
})

test('a failing engine leaves what is held, and is reported until it answers again', async () => {
  const { client, engine } = engineWith(10)
  const conversation = openConversation(client, 'g', 0)
  await conversation.refresh()
  engine.broken = true
  await conversation.refresh()
  expect(conversation.failed.value).toBe(true)
  expect(conversation.window.value?.messages).toHaveLength(10)
  engine.broken = false
  await conversation.refresh()
  expect(conversation.failed.value).toBe(false)
})

test('a long window is cut to its newest part, and can be read back', async () => {
  const { client } = engineWith(2000)
  const conversation = openConversation(client, 'g', 900)
  await conversation.refresh()
  conversation.trim()
  expect(conversation.window.value?.messages).toHaveLength(400)
  expect(conversation.window.value?.more).toBe(true)
  await conversation.loadOlder()
  expect(conversation.window.value?.messages[0]?.id).toBe('m1400')
})

test('it is read back as far as a message, also while its end is shown', async () => {
  const { client } = engineWith(2_000)
  const conversation = openConversation(client, 'g', 0)
  await conversation.refresh()
  const stop = conversation.window.subscribe(() => conversation.trim())
  expect(await conversation.loadBackTo('m7')).toBe(true)
  stop()
  expect(conversation.window.value?.messages.some(({ id }) => id === 'm7')).toBe(true)
  conversation.trim()
  expect(conversation.window.value?.messages.some(({ id }) => id === 'm7')).toBe(false)
})

test('a message that is nowhere ends that at the beginning, and a failing engine at once', async () => {
  const { client, engine } = engineWith(500)
  const conversation = openConversation(client, 'g', 0)
  await conversation.refresh()
  expect(await conversation.loadBackTo('nowhere')).toBe(false)
  expect(conversation.window.value?.messages).toHaveLength(500)
  const other = openConversation(client, 'g', 0)
  await other.refresh()
  engine.broken = true
  expect(await other.loadBackTo('m0')).toBe(false)
})

test('a changed quotation is a changed message', async () => {
  const { client, engine } = engineWith(2)
  const conversation = openConversation(client, 'g', 0)
  await conversation.refresh()
  const quoting = (said: string | null): MessageView => ({
    ...message(1),
    body: {
      kind: 'text',
      text: 'yes',
      mentions: [],
      forwarded: false,
      replyTo: { message: 'm0', said: said === null ? null : { senderName: 'Ana', senderAnother: 0, own: false, text: said, atMs: 0 } },
    },
  })
  const shown = async (said: string | null): Promise<MessageView | undefined> => {
    engine.messages[1] = quoting(said)
    await conversation.refresh()
    return conversation.window.value?.messages[1]
  }
  const missing = await shown(null)
  expect(await shown(null)).toBe(missing)
  const there = await shown('well?')
  expect(there).not.toBe(missing)
  expect(await shown('well?')).toBe(there)
  expect(await shown('well!')).not.toBe(there)
})

test('another name for a person who is mentioned is a changed message', async () => {
  const { client, engine } = engineWith(1)
  const conversation = openConversation(client, 'g', 0)
  await conversation.refresh()
  const shown = async (name: string): Promise<MessageView | undefined> => {
    const mentions = [{ account: 'a', name, another: 0, own: false, start: 0, length: 4 }]
    engine.messages[0] = { ...message(0), body: { kind: 'text', text: '@Ana', mentions, replyTo: null, forwarded: false } }
    await conversation.refresh()
    return conversation.window.value?.messages[0]
  }
  const first = await shown('Ana')
  expect(await shown('Ana')).toBe(first)
  expect(await shown('Annie')).not.toBe(first)
})

test('nothing is published once it is closed', async () => {
  const { client } = engineWith(10)
  const conversation = openConversation(client, 'g', 0)
  const reading = conversation.refresh()
  conversation.close()
  await reading
  expect(conversation.window.value).toBeNull()
})
