/**
 * `npm run bench -- search`: 100,000 messages of 20 conversations, in the real engine on real files. How long a search takes, as a
 * ratio to a look at every message in the same run; and what the index costs a message that arrives, as a ratio to opening it.
 * `--messages N`: fewer.
 */
import { CONVERSATION, type MessageRecord, messageRecord } from '@sotto/core/inside'
import { loadPrimitives } from '@sotto/crypto/primitives'
import type { HistoryWrite, NetworkPort, StoragePort, VaultPort } from '@sotto/engine'
import { logOf, queryOf, readLog, segmentOf, termsOf } from '@sotto/search'
import { type AccountId, decode, encode, type EnvelopeHash, toBase64url } from '@sotto/wire'
import { startHeadlessProfile } from '../fixtures/headless-profile.ts'
import { measureCrypto } from './crypto-measurements.ts'

const MESSAGES = 100_000
const CONVERSATIONS = 20
const RECORDS_IN_COMMIT = 2_000
const PAGE = 1_000
const NOBODY = '/ip4/127.0.0.1/tcp/1/ws/p2p/12D3KooWByRS9omqFhBPLkyVsmFSqmPTAxaCWZAYk4r7bvmDu9Kr'
const START_MS = 1_790_000_000_000
const MINUTES_MS = 60_000
const VOCABULARY = 20_000
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

/** Numbers that are the same in every run. */
function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const SYLLABLES = ['ka', 'lo', 'mi', 'ren', 'sta', 'tor', 've', 'un', 'be', 'schön', 'qui', 'pa', 'dru', 'fel', 'gi', 'no']

const wordOf = (i: number): string => {
  let word = SYLLABLES[i % SYLLABLES.length] ?? ''
  for (let rest = Math.floor(i / SYLLABLES.length); rest > 0; rest = Math.floor(rest / SYLLABLES.length)) word += SYLLABLES[rest % SYLLABLES.length] ?? ''
  return word
}

/** As in languages: few words are said often, most of them seldom. */
function textFrom(draw: () => number): string {
  const length = 2 + Math.floor(draw() * 18)
  return Array.from({ length }, () => wordOf(Math.floor(VOCABULARY ** draw()) - 1)).join(' ')
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
  'schon',
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
    fill = (into) => write(into, groups, messages)
    const startMs = performance.now()
    await person.start()
    await person.until('ready', ({ phase }) => (phase === 'ready' ? true : undefined), 10 * MINUTES_MS)
    console.error('Indexing them…')
    const indexingMs = performance.now()
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

/** Half of the messages are in the first conversation. As they lie on the disk of a device that took them. */
async function write(into: StoragePort, groups: readonly string[], messages: number): Promise<void> {
  const { codec } = CONVERSATION
  if (codec === null) throw new Error('a durable table')
  const rows = await into.load()
  const draw = dice(1)
  const counts = groups.map((_, i) => (i === 0 ? Math.floor(messages / 2) : Math.floor(messages / 2 / (groups.length - 1))))
  for (const [i, group] of groups.entries()) {
    const count = counts[i] ?? 0
    for (let from = 0; from < count; from += RECORDS_IN_COMMIT) {
      const histories = Array.from({ length: Math.min(RECORDS_IN_COMMIT, count - from) }, (_, k) => recordOf(group, i, from + k, textFrom(draw)))
      await into.commit({ rows: [], histories, dropHistories: [] })
    }
    const key = `${CONVERSATION.name}/${group}`
    const row = decode(codec, rows.get(key) ?? new Uint8Array())
    if (row === undefined) throw new Error('something was said in each conversation')
    await into.commit({ rows: [{ key, value: encode(codec, { ...row, placed: row.placed + count }) }], histories: [], dropHistories: [] })
  }
}

function recordOf(group: string, conversation: number, i: number, text: string): HistoryWrite {
  const id = new Uint8Array(32)
  new DataView(id.buffer).setUint32(0, conversation)
  new DataView(id.buffer).setUint32(4, i)
  const timeMs = START_MS + i * 60_000 + conversation
  const record = {
    account: new Uint8Array(32).fill(conversation + 1) as AccountId,
    called: { name: 'Somebody', another: 0 },
    own: false,
    timeMs,
    saidMs: timeMs,
    lateMs: null,
    state: 'none',
    resent: false,
    envelope: new Uint8Array(32) as EnvelopeHash,
    sealed: null,
    body: { kind: 'text', text, mentions: [], replyTo: null, forwarded: false },
  } as MessageRecord
  return {
    history: `messages/${group}`,
    id: toBase64url(id),
    order: `${sortable(timeMs)}.${sortable(0)}.bench.${sortable(i)}`,
    value: encode(messageRecord, record),
  }
}

const sortable = (number: number): string => number.toString(36).padStart(10, '0')

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
  for (let batch = 0; batch < 12; batch++) {
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
