/** Conversations as they lie on the disk of a device that took their messages: written at once, where taking them would be minutes. */
import { CONVERSATION, type MessageRecord, messageRecord } from '@sotto/core/inside'
import type { HistoryWrite, StoragePort } from '@sotto/engine'
import { type AccountId, decode, encode, type EnvelopeHash, toBase64url } from '@sotto/wire'

const RECORDS_IN_COMMIT = 2_000
const START_MS = 1_790_000_000_000
const VOCABULARY = 20_000
const SYLLABLES = ['ka', 'lo', 'mi', 'ren', 'sta', 'tor', 've', 'un', 'be', 'sch', 'qui', 'pa', 'dru', 'fel', 'gi', 'no']

/** Numbers that are the same in every run. */
export function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** A word by how often it is said: 0 is said most. */
export function wordOf(i: number): string {
  let word = SYLLABLES[i % SYLLABLES.length] ?? ''
  for (let rest = Math.floor(i / SYLLABLES.length); rest > 0; rest = Math.floor(rest / SYLLABLES.length)) word += SYLLABLES[rest % SYLLABLES.length] ?? ''
  return i % 23 === 7 ? `${word}ön` : word
}

/** As in languages: few words are said often, most of them seldom. */
export function textFrom(draw: () => number): string {
  const length = 2 + Math.floor(draw() * 18)
  return Array.from({ length }, () => wordOf(Math.floor(VOCABULARY ** draw()) - 1)).join(' ')
}

/** Writes so many messages to each group, in which something was said before. No engine runs on this storage. */
export async function fillConversations(into: StoragePort, counts: ReadonlyMap<string, number>): Promise<void> {
  const { codec } = CONVERSATION
  if (codec === null) throw new Error('a durable table')
  const rows = await into.load()
  const draw = dice(1)
  let conversation = 0
  for (const [group, count] of counts) {
    for (let from = 0; from < count; from += RECORDS_IN_COMMIT) {
      const histories = Array.from({ length: Math.min(RECORDS_IN_COMMIT, count - from) }, (_, k) => recordOf(group, conversation, from + k, textFrom(draw)))
      await into.commit({ rows: [], histories, dropHistories: [] })
    }
    const key = `${CONVERSATION.name}/${group}`
    const row = decode(codec, rows.get(key) ?? new Uint8Array())
    if (row === undefined) throw new Error('nothing was said before')
    await into.commit({ rows: [{ key, value: encode(codec, { ...row, placed: row.placed + count }) }], histories: [], dropHistories: [] })
    conversation++
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
    passedOnBy: null,
    body: { kind: 'text', text, mentions: [], replyTo: null, forwarded: false, files: [] },
  } as MessageRecord
  return {
    history: `messages/${group}`,
    id: toBase64url(id),
    order: `${sortable(timeMs)}.${sortable(0)}.bench.${sortable(i)}`,
    value: encode(messageRecord, record),
  }
}

const sortable = (number: number): string => number.toString(36).padStart(10, '0')
