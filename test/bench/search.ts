/**
 * `npm run bench -- search`: 100,000 messages of 20 conversations, in the real engine on real files. How long a search takes, as a
 * ratio to a look at every message in the same run; and what the index costs a message that arrives, as a ratio to opening it.
 * `--messages N`: fewer.
 */
import { messageRecord } from '@sotto/core/inside'
import { loadPrimitives } from '@sotto/crypto/primitives'
import type { NetworkPort, StoragePort, VaultPort } from '@sotto/engine'
import { logOf, queryOf, readLog, segmentOf, termsOf } from '@sotto/search'
import { decode } from '@sotto/wire'
import { startHeadlessProfile } from '../fixtures/headless-profile.ts'
import { measureCrypto } from './crypto-measurements.ts'
import { dice, fillConversations, textFrom, wordOf } from './filled-conversations.ts'

const MESSAGES = 100_000
const CONVERSATIONS = 20
const PAGE = 1_000
const NOBODY = '/ip4/127.0.0.1/tcp/1/ws/p2p/12D3KooWByRS9omqFhBPLkyVsmFSqmPTAxaCWZAYk4r7bvmDu9Kr'
const START_MS = 1_790_000_000_000
const MINUTES_MS = 60_000
/** How often each query is asked. */
const TIMES = 5

export interface SearchBenchmark {
  readonly messages: number
  readonly conversations: number
  readonly indexedPerSecond: number
  /** The first search after a start, the median and the slowest of those that follow, ms. */
  readonly coldMs: number
  readonly medianMs: number
  readonly slowestMs: number
  readonly scanMs: number
  /** How many times faster than a look at every message: the median search, and the slowest. */
  readonly speedup: number
  readonly slowestSpeedup: number
  readonly indexBytesPerMessage: number
  /** µs of one message: opening it in memory, and indexing it. */
  readonly openMicros: number
  readonly indexMicros: number
  readonly indexToOpen: number
  readonly table: string
}

const QUERIES = [
  wordOf(3),
  wordOf(40),
  wordOf(900),
  wordOf(15_000),
  'k',
  'sta',
  `${wordOf(5)} ${wordOf(60)}`,
  `${wordOf(2)} ${wordOf(9)} ${wordOf(300)}`,
  'unon',
  'nothing like it',
]

export async function benchSearch(): Promise<SearchBenchmark> {
  const at = process.argv.indexOf('--messages')
  const messages = at < 0 ? MESSAGES : Number(process.argv[at + 1])
  let storage: StoragePort | undefined
  let fill: ((into: StoragePort) => Promise<void>) | null = null
  const wrapVault = (vault: VaultPort): VaultPort => ({
    ...vault,
    openStorage: async (cipher) => {
      storage = await vault.openStorage(cipher)
      await fill?.(storage)
      fill = null
      return storage
    },
  })
  const person = await startHeadlessProfile('Reader', { relays: [NOBODY] }, { createNetwork: noNetwork, wrapVault, report: (fault) => console.error(fault) })
  const opened = (): StoragePort => {
    if (storage === undefined) throw new Error('the storage is open')
    return storage
  }
  try {
    const groups: string[] = []
    for (let i = 0; i < CONVERSATIONS; i++) groups.push((await person.ask({ kind: 'createGroup', title: `Conversation ${i}` })).group ?? '')
    for (const group of groups) await person.ask({ kind: 'send', group, text: 'The first one.' })
    await person.stop()
    console.error(`Writing ${messages} messages…`)
    fill = (into) => fillConversations(into, countsOf(groups, messages))
    const startMs = performance.now()
    await person.start()
    await person.until('ready', ({ phase }) => (phase === 'ready' ? true : undefined), 10 * MINUTES_MS)
    console.error('Indexing them…')
    const indexingMs = performance.now()
    await person.until('there is something to index', ({ search }) => (search.percent === null ? undefined : true), MINUTES_MS)
    await person.until('indexed', ({ search }) => (search.percent === null ? true : undefined), 20 * MINUTES_MS)
    const indexedPerSecond = Math.round(messages / ((performance.now() - indexingMs) / 1_000))
    console.error(`… after ${Math.round((performance.now() - startMs) / 1_000)} s`)
    // Segments are made after that.
    await new Promise((resolve) => setTimeout(resolve, 5_000))

    await person.stop()
    await person.start()
    await person.until('ready', ({ phase }) => (phase === 'ready' ? true : undefined), MINUTES_MS)
    const find = async (text: string): Promise<number> => {
      const began = performance.now()
      await person.ask({ kind: 'search', text, group: null, from: 0 })
      return performance.now() - began
    }
    const coldMs = await find(QUERIES[0] ?? '')
    const times: number[] = []
    for (let round = 0; round < TIMES; round++) for (const query of QUERIES) times.push(await find(query))
    console.error('Looking at every message…')
    const scanMs = await scan(opened(), groups, QUERIES[2] ?? '')
    const [medianMs, slowestMs] = [median(times), Math.max(...times)]
    const openMicros = (await measureCrypto(1)).figures.find(({ provider }) => provider === 'libsodium')?.openMicros ?? Number.NaN
    const indexMicros = await indexingMicros()
    const figures = {
      messages,
      conversations: CONVERSATIONS,
      indexedPerSecond,
      coldMs: rounded(coldMs),
      medianMs: rounded(medianMs),
      slowestMs: rounded(slowestMs),
      scanMs: Math.round(scanMs),
      speedup: Math.round(scanMs / medianMs),
      slowestSpeedup: Math.round(scanMs / slowestMs),
      indexBytesPerMessage: Math.round((await indexBytes(opened())) / messages),
      openMicros: rounded(openMicros),
      indexMicros: rounded(indexMicros),
      indexToOpen: Math.round((indexMicros / openMicros) * 1_000) / 1_000,
    }
    return { ...figures, table: tableOf(figures) }
  } finally {
    await person.remove()
  }
}

const noNetwork = (): NetworkPort => ({ start: async () => {}, perform: () => {}, stop: async () => {} })

/** Half of the messages are in the first conversation. */
const countsOf = (groups: readonly string[], messages: number): ReadonlyMap<string, number> =>
  new Map(groups.map((group, i) => [group, Math.floor(i === 0 ? messages / 2 : messages / 2 / (groups.length - 1))]))

/** What a search without an index would do: read every message, and look at its words. */
async function scan(storage: StoragePort, groups: readonly string[], typed: string): Promise<number> {
  const query = queryOf(typed)
  const startMs = performance.now()
  let found = 0
  for (const group of groups) {
    for (let beyond: string | null = null; ;) {
      const records = await storage.readHistory({ kind: 'page', history: `messages/${group}`, beyond, direction: 'older', limit: PAGE })
      for (const { value } of records) {
        const body = decode(messageRecord, value)?.body
        if (body?.kind !== 'text') continue
        const terms = termsOf(body.text)
        if (query.every((word) => terms.some((term) => term.startsWith(word)))) found++
      }
      beyond = records.at(-1)?.order ?? null
      if (records.length < PAGE || beyond === null) break
    }
  }
  if (found === 0) throw new Error('a look at every message finds something')
  return performance.now() - startMs
}

async function indexBytes(storage: StoragePort): Promise<number> {
  const records = await storage.readHistory({ kind: 'page', history: 'search', beyond: null, direction: 'newer', limit: 1_000_000 })
  return records.reduce((sum, { value }) => sum + value.length, 0)
}

/** Everything that the index does with a message: its words, its log, the segment that the log becomes, and sealing both twice. */
async function indexingMicros(): Promise<number> {
  const primitives = await loadPrimitives()
  const draw = dice(2)
  const key = new Uint8Array(32)
  const nonce = new Uint8Array(24)
  const seal = (bytes: Uint8Array): Uint8Array =>
    primitives.xchacha20Poly1305.seal(key, nonce, primitives.xchacha20Poly1305.seal(key, nonce, bytes, nonce), nonce)
  const [inLog, logs] = [128, 8]
  const texts = Array.from({ length: inLog * logs }, () => textFrom(draw))
  const ids = texts.map((_, i) => new Uint8Array(32).fill(i))
  const times: number[] = []
  for (let batch = 0; batch < 40; batch++) {
    const startMs = performance.now()
    const written: Uint8Array[] = []
    for (let log = 0; log < logs; log++) {
      const docs = texts
        .slice(log * inLog, (log + 1) * inLog)
        .map((text, i) => ({ id: ids[log * inLog + i] ?? new Uint8Array(32), timeMs: START_MS + i, terms: termsOf(text) }))
      written.push(logOf(docs))
    }
    for (const bytes of written) seal(bytes)
    const { termPages, docPages } = segmentOf(written.flatMap((bytes) => readLog(bytes) ?? []))
    for (const bytes of [...termPages.map((page) => page.bytes), ...docPages]) seal(bytes)
    times.push(((performance.now() - startMs) * 1_000) / texts.length)
  }
  return median(times)
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

const rounded = (value: number): number => Math.round(value * 10) / 10

const tableOf = (figures: Omit<SearchBenchmark, 'table'>): string =>
  [
    '| what | figure |',
    '|---|---|',
    `| messages, conversations | ${figures.messages.toLocaleString('en')}, ${figures.conversations} |`,
    `| search, median / slowest / first after a start, ms | ${figures.medianMs} / ${figures.slowestMs} / ${figures.coldMs} |`,
    `| a look at every message, ms | ${figures.scanMs.toLocaleString('en')} |`,
    `| times faster, median / slowest | ${figures.speedup} / ${figures.slowestSpeedup} |`,
    `| indexing a message, as a part of opening it | ${figures.indexToOpen} |`,
    `| the index, bytes of a message | ${figures.indexBytesPerMessage} |`,
    `| older messages indexed, in a second | ${figures.indexedPerSecond} |`,
  ].join('\n')
