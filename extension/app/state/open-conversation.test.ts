import type { EngineApi, MessageView } from '@sotto/engine/api'
import { expect, test } from 'vitest'
import type { MessageWindow } from './message-window.ts'
import { BEGINNING, PAGE_MESSAGES, openConversation } from './open-conversation.ts'

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
  body: { kind: 'text', text: `text ${index}`, mentions: [], editedMs: null, replyTo: null, forwarded: false, files: [] },
  state,
  lateMs: null,
  waitsFor: null,
  passedOnBy: null,
  editableUntilMs: null,
  resent: false,
  lifetime: null,
  reactions: [],
})

/** An engine with messages that counts its requests. */
function engineWith(count: number) {
  const engine = { messages: Array.from({ length: count }, (_, index) => message(index)), asked: 0, broken: false }
  const request: EngineApi['request'] = async (request) => {
    engine.asked++
    if (engine.broken) throw new Error('gone')
    if (request.kind === 'findMessage') {
      const order = engine.messages.find(({ id }) => id === request.message)?.order
      return order === undefined ? { ok: false, rejection: { code: 'unknownMessage', numbers: {} } } : { ok: true, value: { order } }
    }
    if (request.kind !== 'readMessages') throw new Error(`unexpected ${request.kind}`)
    const { before, after = null, limit } = request
    if (after !== null) {
      const newer = engine.messages.filter(({ order }) => order > after)
      return { ok: true, value: { messages: newer.slice(0, limit).map((message) => ({ ...message })), more: newer.length > limit } }
    }
    const older = engine.messages.filter(({ order }) => before === null || order < before)
    return { ok: true, value: { messages: older.slice(-limit).map((message) => ({ ...message })), more: older.length > limit } }
  }
  return { engine, client: { request } }
}

test('the newest page comes first, and older ones on demand until there are no more', async () => {
  const { client } = engineWith(450)
  const conversation = openConversation(client, 'g', null)
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

test('a conversation that nobody has read opens at its beginning', async () => {
  const { client, engine } = engineWith(2_000)
  const conversation = openConversation(client, 'g', BEGINNING)
  await conversation.refresh()
  expect(engine.asked).toBe(1)
  expect(conversation.window.value?.messages.map(({ id }) => id)).toEqual(Array.from({ length: PAGE_MESSAGES }, (_, index) => `m${index}`))
  expect(conversation.window.value).toMatchObject({ more: false, newer: true })
})

test('a gap never opens: new messages are read back to the held ones', async () => {
  const { client, engine } = engineWith(300)
  const conversation = openConversation(client, 'g', null)
  await conversation.refresh()
  conversation.follow(true)
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
  const conversation = openConversation(client, 'g', null)
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
  const conversation = openConversation(client, 'g', null)
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
  const conversation = openConversation(client, 'g', null)
  conversation.follow(true)
  await Promise.all(Array.from({ length: 50 }, () => conversation.refresh()))
  expect(engine.asked).toBe(2)
})

test('a failing engine leaves what is held, and is reported until it answers again', async () => {
  const { client, engine } = engineWith(10)
  const conversation = openConversation(client, 'g', null)
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
  const conversation = openConversation(client, 'g', null)
  await conversation.refresh()
  for (let pages = 0; pages < 4; pages++) await conversation.loadOlder()
  conversation.follow(true)
  expect(conversation.window.value?.messages).toHaveLength(400)
  expect(conversation.window.value?.more).toBe(true)
  await conversation.loadOlder()
  expect(conversation.window.value?.messages[0]?.id).toBe('m1400')
})

const idsOf = (window: MessageWindow | null): readonly string[] => window?.messages.map(({ id }) => id) ?? []
const span = (from: number, to: number): readonly string[] => Array.from({ length: to - from }, (_, index) => `m${from + index}`)

test('a jump to a message far back reads its surroundings only, and from there pages lead both ways to the end', async () => {
  const { client, engine } = engineWith(50_000)
  const conversation = openConversation(client, 'g', null)
  await conversation.refresh()
  engine.asked = 0
  expect(await conversation.goTo('m20000')).toBe(true)
  expect(engine.asked).toBe(3)
  expect(idsOf(conversation.window.value)).toEqual(span(19_801, 20_201))
  expect(conversation.window.value).toMatchObject({ more: true, newer: true })
  await conversation.loadNewer()
  await conversation.loadOlder()
  expect(idsOf(conversation.window.value)).toEqual(span(19_601, 20_401))
  await conversation.goToEnd()
  expect(idsOf(conversation.window.value)).toEqual(span(49_800, 50_000))
  expect(conversation.window.value?.newer).toBe(false)
})

test('however far a person scrolls, what is far away is let go', async () => {
  const { client } = engineWith(5_000)
  const conversation = openConversation(client, 'g', null)
  await conversation.refresh()
  for (let pages = 0; pages < 30; pages++) await conversation.loadOlder()
  expect(idsOf(conversation.window.value)).toEqual(span(0, 1_000))
  expect(conversation.window.value).toMatchObject({ more: false, newer: true })
  for (let pages = 0; pages < 30; pages++) await conversation.loadNewer()
  expect(idsOf(conversation.window.value)).toEqual(span(4_000, 5_000))
  expect(conversation.window.value).toMatchObject({ more: true, newer: false })
})

test('a conversation opens at a place in its middle, also where the message of the place is gone', async () => {
  const { client, engine } = engineWith(1_000)
  engine.messages = engine.messages.filter(({ id }) => id !== 'm500')
  const conversation = openConversation(client, 'g', message(500).order)
  await conversation.refresh()
  expect(idsOf(conversation.window.value)).toEqual([...span(300, 500), ...span(501, 701)])
})

test('a change far from the end is seen, and what comes meanwhile at the end is not read', async () => {
  const { client, engine } = engineWith(1_000)
  const conversation = openConversation(client, 'g', message(100).order)
  await conversation.refresh()
  engine.messages[100] = message(100, 'delivered')
  engine.messages.push(message(1_000))
  await conversation.refresh()
  expect(idsOf(conversation.window.value)).toEqual(span(0, 301))
  expect(conversation.window.value?.messages[100]?.state).toBe('delivered')
})

test('a burst while the end is not shown leaves the place, and comes page by page', async () => {
  const { client, engine } = engineWith(300)
  const conversation = openConversation(client, 'g', null)
  await conversation.refresh()
  conversation.follow(false)
  for (let index = 300; index < 3_000; index++) engine.messages.push(message(index))
  await conversation.refresh()
  expect(idsOf(conversation.window.value)).toEqual(span(100, 500))
  expect(conversation.window.value?.newer).toBe(true)
})

test('a message that is nowhere is not found, and a failing engine finds none', async () => {
  const { client, engine } = engineWith(500)
  const conversation = openConversation(client, 'g', null)
  await conversation.refresh()
  expect(await conversation.goTo('nowhere')).toBe(false)
  expect(conversation.window.value?.messages).toHaveLength(PAGE_MESSAGES)
  engine.broken = true
  expect(await conversation.goTo('m0')).toBe(false)
  expect(conversation.window.value?.messages).toHaveLength(PAGE_MESSAGES)
})

test('of two jumps the later one counts', async () => {
  const { client } = engineWith(5_000)
  const conversation = openConversation(client, 'g', null)
  await conversation.refresh()
  await Promise.all([conversation.goTo('m100'), conversation.goToEnd(), conversation.goTo('m2000')])
  expect(idsOf(conversation.window.value)).toContain('m2000')
})

test('a changed quotation is a changed message', async () => {
  const { client, engine } = engineWith(2)
  const conversation = openConversation(client, 'g', null)
  await conversation.refresh()
  const quoting = (said: string | null): MessageView => ({
    ...message(1),
    body: {
      kind: 'text',
      text: 'yes',
      mentions: [],
      forwarded: false,
      files: [],
      editedMs: null,
      replyTo: { message: 'm0', said: said === null ? null : { senderName: 'Ana', senderAnother: 0, own: false, text: said, atMs: 0 }, gone: null },
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
  const conversation = openConversation(client, 'g', null)
  await conversation.refresh()
  const shown = async (name: string): Promise<MessageView | undefined> => {
    const mentions = [{ account: 'a', name, another: 0, own: false, start: 0, length: 4 }]
    engine.messages[0] = { ...message(0), body: { kind: 'text', text: '@Ana', mentions, editedMs: null, replyTo: null, forwarded: false, files: [] } }
    await conversation.refresh()
    return conversation.window.value?.messages[0]
  }
  const first = await shown('Ana')
  expect(await shown('Ana')).toBe(first)
  expect(await shown('Annie')).not.toBe(first)
})

test('nothing is published once it is closed', async () => {
  const { client } = engineWith(10)
  const conversation = openConversation(client, 'g', null)
  const reading = conversation.refresh()
  conversation.close()
  await reading
  expect(conversation.window.value).toBeNull()
})
