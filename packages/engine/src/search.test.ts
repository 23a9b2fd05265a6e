/** Search, from a page's request to what is on the disk (PROTOCOL §9.16 to §9.20): the whole engine, without peers. */
import { queryOf, termsOf } from '@sotto/search'
import { toBase64url, utf8 } from '@sotto/wire'
import { afterEach, expect, it } from 'vitest'
import { dyingVault } from './memory/dying-vault.ts'
import type { MemoryVault } from './memory/memory-vault.ts'
import type { HistoryQuery, HistoryRecord, StoragePort, VaultPort, Writes } from './ports.ts'
import { allIn, find, groupOf, IDLE_MS, longText, type Said, say, textOf } from './testing/searching.ts'
import { getIn, memoryVault, profile, settled, start, type Started, stopAll, testTime } from './testing/started-engine.ts'

afterEach(stopAll)

const scanned = (said: readonly Said[], typed: string): readonly string[] => {
  const query = queryOf(typed)
  return said.filter(({ text }) => query.every((word) => termsOf(text).some((term) => term.startsWith(word)))).map(({ id }) => id)
}

const QUERIES = ['lun', 'LUNCH', 'zur', 'zurich', 'strasse', 'report 20', 'привет', '東京', 'm1', 'm12 ok', 'sch not', 'nothing', 'e', 'm99 lunch']

async function expectAllFound(started: Started, group: string, said: readonly Said[]): Promise<void> {
  for (const typed of QUERIES) {
    const found = await allIn(started, group, typed)
    expect([typed, found.toSorted()]).toEqual([typed, scanned(said, typed).toSorted()])
  }
}

it('finds what a look at every message finds: of those that wait, in logs, in segments, and after a start', async () => {
  const vault = memoryVault()
  const started = await getIn(vault, null)
  const group = await groupOf(started, 'Desk')
  const texts = Array.from({ length: 1_300 }, (_, i) => textOf(i))
  const first = await say(started, group, texts.slice(0, 100))
  await expectAllFound(started, group, first)
  const all = [...first, ...(await say(started, group, texts.slice(100)))]
  await expectAllFound(started, group, all)
  await testTime.pass(IDLE_MS)
  await expectAllFound(started, group, all)
  await started.engine.stop()
  expect((await indexRecords(vault)).filter(({ id }) => id.includes('/terms/')).length).toBeGreaterThan(0)
  const again = await getIn(vault, null)
  await testTime.pass(IDLE_MS)
  expect(again.view().search).toEqual({ isOn: true, percent: null })
  await expectAllFound(again, group, all)
  expect(again.faults).toEqual([])
})

it('groups what it found by conversation, the newest first, some of each, and shows the hits', async () => {
  const started = await getIn(memoryVault(), null)
  const [one, other, third] = [await groupOf(started, 'One'), await groupOf(started, 'Other'), await groupOf(started, 'Third')]
  await say(started, one, ['A cake for Sunday', 'cake', 'cake!', 'more cake', 'no pie'])
  await testTime.pass(5)
  await say(started, other, ['pie', 'Crème brûlée and cake'])
  await say(started, third, ['nothing'])
  const { conversations, more, isWhole } = await find(started, 'cake')
  expect({ more, isWhole }).toEqual({ more: false, isWhole: true })
  expect(conversations.map(({ group, count, messages }) => [group, count, messages.length])).toEqual([
    [other, 1, 1],
    [one, 4, 3],
  ])
  const { conversations: accents } = await find(started, 'creme CAKE')
  expect(accents[0]?.messages[0]).toMatchObject({
    own: true,
    parts: [
      { text: 'Crème', isHit: true },
      { text: ' brûlée and ', isHit: false },
      { text: 'cake', isHit: true },
    ],
  })
  expect((await find(started, ' … ')).conversations).toEqual([])
  await expect(find(started, 'cake', 'no such group')).rejects.toThrow('unknownGroup')
})

/** All records of the index, as the storage has them before it seals them once more. Of an engine that has stopped. */
async function indexRecords(vault: MemoryVault): Promise<readonly HistoryRecord[]> {
  const storage = await (vault.openStorage as unknown as () => Promise<StoragePort>)()
  return storage.readHistory({ kind: 'page', history: 'search', beyond: null, direction: 'newer', limit: 100_000 })
}

/** A vault that shows what is written, and may change what is read. */
function watched(vault: MemoryVault, { written, asked, read = (records) => records }: Watching): VaultPort {
  return {
    ...vault,
    openStorage: async (cipher) => {
      const storage = await vault.openStorage(cipher)
      return {
        ...storage,
        commit: async (writes) => {
          written?.(writes)
          await storage.commit(writes)
        },
        readHistory: async (query) => {
          asked?.(query)
          return read(await storage.readHistory(query), query.kind === 'byId' && query.history === 'search')
        },
      }
    },
  }
}

interface Watching {
  readonly asked?: (query: HistoryQuery) => unknown
  readonly written?: (writes: Writes) => void
  readonly read?: (records: readonly HistoryRecord[], isIndex: boolean) => readonly HistoryRecord[]
}

it('writes no word and no name of a message into the index that is not sealed under a key of its own', async () => {
  const written: HistoryRecord[] = []
  const vault = watched(memoryVault(), {
    written: ({ histories }) => {
      for (const { history, id, order, value } of histories) if (history === 'search' && value !== null) written.push({ id, order, value })
    },
  })
  const started = await getIn(vault, null)
  const group = await groupOf(started, 'Desk')
  await say(
    started,
    group,
    Array.from({ length: 1_200 }, (_, i) => `secretive ${textOf(i)}`),
  )
  await testTime.pass(IDLE_MS)
  const { conversations } = await find(started, 'secretive')
  const [message] = conversations[0]?.messages ?? []
  expect(written.length).toBeGreaterThan(10)
  const all = written.map(({ value }) => Buffer.from(value).toString('latin1')).join('')
  for (const word of ['secretive', 'lunch', 'meeting', 'reporter']) expect(all).not.toContain(word)
  expect(message).toBeDefined()
  expect(all).not.toContain(Buffer.from(message?.message ?? '', 'base64url').toString('latin1'))
  // Equal contents are not equal on the disk.
  expect(new Set(written.map(({ value }) => toBase64url(value.slice(0, 16)))).size).toBe(written.length)
  expect(written.every(({ value, order }) => order === '' && value.length > utf8('secretive').length)).toBe(true)
})

it('deletes the whole index when it is switched off, and makes it again when it is switched on', async () => {
  const vault = memoryVault()
  const started = await getIn(vault, null)
  const group = await groupOf(started, 'Desk')
  const texts = Array.from({ length: 400 }, (_, i) => textOf(i))
  const said = await say(started, group, texts)
  await testTime.pass(IDLE_MS)
  await started.engine.stop()
  expect((await indexRecords(vault)).length).toBeGreaterThan(0)
  const on = await getIn(vault, null)
  expect(await on.ask({ kind: 'setSearch', isOn: false })).toBe('ok')
  await on.engine.stop()
  const off = await getIn(vault, null)
  expect(off.view().search).toEqual({ isOn: false, percent: null })
  await off.engine.stop()
  expect(await indexRecords(vault)).toEqual([])
  const storage = await (vault.openStorage as unknown as () => Promise<StoragePort>)()
  expect([...(await storage.load()).keys()].filter((key) => key.startsWith('search'))).toEqual(['searchOff/self'])
  const again = await getIn(vault, null)
  const meanwhile = await say(again, group, ['said meanwhile'])
  await testTime.pass(IDLE_MS)
  expect(await again.ask({ kind: 'search', text: 'lunch', group: null, from: 0 })).toBe('searchOff')
  expect(await again.ask({ kind: 'setSearch', isOn: true })).toBe('ok')
  expect((await find(again, 'lunch')).isWhole).toBe(false)
  await again.until(({ search }) => search.percent !== null)
  const later = await say(again, group, ['said while it is made'])
  await testTime.pass(IDLE_MS)
  await again.until(({ search }) => search.percent === null)
  await expectAllFound(again, group, [...said, ...meanwhile, ...later])
  expect(await allIn(again, group, 'said')).toHaveLength(2)
})

it('takes up where it was after a crash at any write', async () => {
  const texts = Array.from({ length: 60 }, (_, i) => longText(i))
  const play = async (vault: VaultPort): Promise<void> => {
    const started = start(vault, false)
    await started.until(settled)
    if ((await started.ask(profile(null))) !== 'ok') return
    const group = await groupOf(started, 'Desk')
    for (let i = 0; i < texts.length; i += 6) await say(started, group, texts.slice(i, i + 6))
    await testTime.pass(1_000)
  }
  const counted = dyingVault(memoryVault(), Number.POSITIVE_INFINITY, false)
  await play(counted)
  const all = counted.writes()
  expect(all).toBeGreaterThan(15)
  let mostSaid = 0
  for (let diesAt = 5; diesAt <= all; diesAt++) {
    const vault = memoryVault()
    void play(dyingVault(vault, diesAt, diesAt % 2 === 0))
    await testTime.pass(3_000)
    const started = await getIn(vault, null)
    await testTime.pass(IDLE_MS)
    const [group] = started.view().groups
    if (group === undefined) continue
    const read = await started.engine.request({ kind: 'readMessages', group: group.id, before: null, limit: 200 })
    const messages = read.ok ? (read.value.messages ?? []) : []
    const said = messages.flatMap(({ id, body }) => (body.kind === 'text' ? [{ id, text: body.text }] : []))
    for (const typed of ['lunch', 'm1', 'report', 'zur'])
      expect([diesAt, typed, (await allIn(started, group.id, typed)).toSorted()]).toEqual([diesAt, typed, scanned(said, typed).toSorted()])
    mostSaid = Math.max(mostSaid, said.length)
    expect(started.view().search.percent).toBe(null)
    await started.engine.stop()
  }
  expect(mostSaid).toBe(texts.length)
})

it.each<[string, (records: readonly HistoryRecord[]) => readonly HistoryRecord[]]>([
  ['other bytes', (records) => records.map((record) => ({ ...record, value: record.value.map((byte, i) => (i === 9 ? byte ^ 1 : byte)) }))],
  ['nothing', () => []],
  ['each other’s bytes', (records) => records.map((record, i) => ({ ...record, value: records[(i + 1) % records.length]?.value ?? record.value }))],
])('makes the index again where its records are %s', async (_, damage) => {
  let isDamaged = false
  const vault = watched(memoryVault(), { read: (records, isIndex) => (isIndex && isDamaged ? damage(records) : records) })
  const started = await getIn(vault, null)
  const group = await groupOf(started, 'Desk')
  const texts = Array.from({ length: 300 }, (_, i) => textOf(i))
  const said = await say(started, group, texts)
  await testTime.pass(IDLE_MS)
  isDamaged = true
  const { isWhole } = await find(started, 'lunch', group)
  expect(isWhole).toBe(false)
  isDamaged = false
  await testTime.pass(IDLE_MS)
  expect(started.view().search.percent).toBe(null)
  await expectAllFound(started, group, said)
})

it('follows edits and deletions: what a message said before is found no more, and no block has it', async () => {
  let isNamed = false
  const vault = watched(memoryVault(), { asked: ({ kind }) => (isNamed ||= kind === 'across') })
  const started = await getIn(vault, null)
  const group = await groupOf(started, 'Desk')
  const said = await say(started, group, ['an aardvark walks in', ...Array.from({ length: 200 }, (_, i) => textOf(i)), 'a bumblebee too', 'a capybara as well'])
  await testTime.pass(IDLE_MS)
  const [edited, ...others] = [said[0]?.id ?? '', said.at(-2)?.id ?? '', said.at(-1)?.id ?? '']
  expect(await started.ask({ kind: 'editMessage', group, message: edited, text: 'a dromedary walks in' })).toBe('ok')
  for (const message of others) expect(await started.ask({ kind: 'deleteMessage', group, message, forAll: message === others[0] })).toBe('ok')
  for (const word of ['aardvark', 'bumblebee', 'capybara']) expect([word, await allIn(started, group, word)]).toEqual([word, []])
  await testTime.pass(IDLE_MS)
  expect(await allIn(started, group, 'dromedary')).toEqual([edited])
  const { conversations } = await find(started, 'walks')
  expect(conversations[0]?.messages[0]?.parts.map(({ text }) => text).join('')).toBe('a dromedary walks in')
  await started.engine.stop()
  const again = await getIn(vault, null)
  await testTime.pass(IDLE_MS)
  expect(await allIn(again, group, 'dromedary')).toEqual([edited])
  // Not only because each text is looked at before it is shown: the index names no message for the words.
  isNamed = false
  for (const word of ['aardvark', 'bumblebee', 'capybara']) await find(again, word, group)
  expect(isNamed).toBe(false)
  await expectAllFound(again, group, said.slice(1, -2))
})

it('forgets the index of a group with the group', async () => {
  const vault = memoryVault()
  const started = await getIn(vault, null)
  const [kept, forgotten] = [await groupOf(started, 'Kept'), await groupOf(started, 'Forgotten')]
  const texts = Array.from({ length: 200 }, (_, i) => textOf(i))
  await say(started, kept, texts)
  await say(started, forgotten, texts)
  await testTime.pass(IDLE_MS)
  expect(await started.ask({ kind: 'leaveGroup', group: forgotten, successor: null })).toBe('ok')
  expect(await started.ask({ kind: 'forgetGroup', group: forgotten })).toBe('ok')
  expect((await find(started, 'lunch')).conversations.map(({ group }) => group)).toEqual([kept])
  await started.engine.stop()
  const left = await indexRecords(vault)
  expect(left.length).toBeGreaterThan(0)
  expect(left.filter(({ id }) => id.startsWith(forgotten))).toEqual([])
})
