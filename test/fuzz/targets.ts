/**
 * What is fuzzed: every decoder, what cleans pictures, and the membership log. A target makes an input from a seed, by the grammar of what it
 * reads and then with some damage, and asserts what must hold for any input.
 */
import { loadSodiumPrimitives } from '@sotto/crypto/primitives'
import { formatInvite, parseInvite } from '@sotto/crypto'
import { addOperation, emptyLog, type MembershipLog, resolve, rosterFingerprint } from '@sotto/membership'
import { decode, encode, invite as inviteCodec, LIMITS, operation as operationCodec, type Operation, toHex, utf8 } from '@sotto/wire'
import { isToEngine } from '../../extension/client/engine-port.ts'
import { benchOf } from '../../packages/membership/src/oracle/compare-resolvers.ts'
import { buildLog } from '../../packages/membership/src/oracle/planned-log.ts'
import { diceOf, randomLog } from '../../packages/membership/src/oracle/random-log.ts'
import { type AnyCodec, CODECS, decodeWith, encodeWith } from './codecs.ts'
import { damaged, inventEncoding, seededRandom } from './invented-encoding.ts'
import { picture } from './picture-target.ts'
import { proxyHeader } from './proxy-header-target.ts'

export interface Target {
  readonly name: string
  /** An input of this seed. */
  readonly input: (seed: number) => Uint8Array
  /** Reads it. Throws if something does not hold. Returns the rough size of the result in bytes. */
  readonly feed: (input: Uint8Array) => number
}

/** The result of an input may be this many times as large, plus this. A guess: a byte may become a number. */
const MOST_TIMES = 64
const MOST_MORE_BYTES = 4_096

/** The rough size of a decoded value in bytes. */
function sizeOf(value: unknown): number {
  if (value instanceof Uint8Array) return 32 + value.length
  if (typeof value === 'string') return 16 + 2 * value.length
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + sizeOf(each), 32)
  if (typeof value === 'object' && value !== null) return Object.values(value).reduce<number>((sum, each) => sum + 8 + sizeOf(each), 32)
  return 8
}

/** A random number of damages. */
function damagedSome(bytes: Uint8Array, random: () => number): Uint8Array {
  let changed = bytes
  while (random() < 0.6) changed = damaged(changed, random)
  return changed
}

/** An encoding of the codec. The grammar now and then reaches a dead end: then another try. */
function invented(codec: AnyCodec, random: () => number): Uint8Array {
  for (let attempt = 0; attempt < 8; attempt++) {
    try {
      return inventEncoding(codec, Math.floor(random() * 2 ** 31))
    } catch {
      // The codec tests report it if the grammar never succeeds.
    }
  }
  return new Uint8Array()
}

/** A decoder is total, changes nothing, and reads one encoding of a value only. */
function codecTarget(name: string, codec: AnyCodec): Target {
  return {
    name,
    input: (seed) => {
      const random = seededRandom(seed)
      return damagedSome(invented(codec, random), random)
    },
    feed: (input) => {
      const before = toHex(input)
      const value = decodeWith(codec, input)
      if (toHex(input) !== before) throw new Error('the decoder changed its input')
      if (value === undefined) return 0
      if (toHex(encodeWith(codec, value)) !== before) throw new Error('a second encoding was read')
      return sizeOf(value)
    },
  }
}

const primitives = await loadSodiumPrimitives()

const inviteText: Target = {
  name: 'invite text',
  input: (seed) => {
    const random = seededRandom(seed)
    const made = decode(inviteCodec, invented(inviteCodec, random))
    const text = utf8(made === undefined ? 'sotto:' : (formatInvite(primitives, made) ?? 'sotto:'))
    return damagedSome(text, random)
  },
  feed: (input) => {
    const text = String.fromCharCode(...input)
    const read = parseInvite(primitives, text)
    if ('code' in read) return 0
    const again = formatInvite(primitives, read)
    if (again !== undefined && again.length > LIMITS.inviteTextBytes) throw new Error('an invite became too long')
    return sizeOf(read)
  },
}

const WORDS = [
  'kind',
  'request',
  'id',
  'send',
  'group',
  'text',
  'createInvite',
  'uses',
  'readMessages',
  'before',
  'limit',
  '__proto__',
  'constructor',
  'passphrase',
  '',
]

/** JSON that a page may send. */
function inventJson(random: () => number, depth: number): unknown {
  const word = (): string => WORDS[Math.floor(random() * WORDS.length)] ?? ''
  const kind = Math.floor(random() * (depth > 0 ? 8 : 6))
  if (kind === 0) return null
  if (kind === 1) return random() < 0.5
  if (kind === 2) return Math.floor(random() * 100) - 10
  if (kind < 6) return word()
  if (kind === 6) return Array.from({ length: Math.floor(random() * 4) }, () => inventJson(random, depth - 1))
  return Object.fromEntries(Array.from({ length: Math.floor(random() * 6) }, () => [word(), inventJson(random, depth - 1)]))
}

const pageMessage: Target = {
  name: 'message of a page',
  input: (seed) => {
    const random = seededRandom(seed)
    const request = random() < 0.5 ? { kind: 'send', group: 'g', text: 't' } : inventJson(random, 3)
    return damagedSome(utf8(JSON.stringify(random() < 0.7 ? { kind: 'request', id: 1, request } : request)), random)
  },
  feed: (input) => {
    let message: unknown
    try {
      message = JSON.parse(String.fromCharCode(...input))
    } catch {
      return 0
    }
    if (isToEngine(message) && message.kind === 'request' && typeof message.request.kind !== 'string') throw new Error('a request without a kind was taken')
    return 0
  },
}

const bench = benchOf(primitives)

/** Operations one after the other, each with its length before it. Unreadable ones are left out. */
function operationsOf(input: Uint8Array): readonly Operation[] {
  const operations: Operation[] = []
  for (let at = 0; at + 2 <= input.length;) {
    const length = (input[at] ?? 0) * 256 + (input[at + 1] ?? 0)
    const read = decode(operationCodec, input.slice(at + 2, at + 2 + length))
    if (read !== undefined) operations.push(read)
    at += 2 + length
  }
  return operations
}

/** A log takes any input in any order, and reaches the same roster. Forged signatures count as valid here. */
const membershipLog: Target = {
  name: 'membership log',
  input: (seed) => {
    const random = seededRandom(seed)
    const dice = diceOf(seed)
    const { operations } = buildLog(bench.primitives, bench.fixtures, randomLog(dice, 3 + dice.below(10)))
    const parts = operations.flatMap((each) => {
      const encoded = random() < 0.15 ? damagedSome(encode(operationCodec, each), random) : encode(operationCodec, each)
      const copies = random() < 0.1 ? 2 : random() < 0.05 ? 0 : 1
      return Array.from({ length: copies }, () => [Uint8Array.of(encoded.length >> 8, encoded.length & 255), encoded])
    })
    const bytes = parts.flat().flatMap((each) => [...each])
    return Uint8Array.from(bytes)
  },
  feed: (input) => {
    const operations = operationsOf(input)
    const [first] = operations
    if (first === undefined) return 0
    // Of the group of most of them.
    const group = operations.find(({ unsigned }) => unsigned.body.kind !== 'create')?.unsigned.group ?? first.unsigned.group
    const hear = (order: readonly Operation[]): MembershipLog => order.reduce((log, each) => addOperation(bench.primitives, log, each).log, emptyLog(group))
    const roster = resolve(hear(operations))
    const other = resolve(hear(operations.toReversed()))
    const fingerprint = (of: typeof roster): string => toHex(rosterFingerprint(bench.primitives, of))
    if (fingerprint(roster) !== fingerprint(other)) throw new Error('two orders gave two rosters')
    return 0
  },
}

export const TARGETS: readonly Target[] = [
  ...CODECS.map(([name, codec]) => codecTarget(name, codec)),
  inviteText,
  pageMessage,
  proxyHeader,
  picture,
  membershipLog,
]

/** Feeds a target one input. Returns a sentence if something does not hold, else the size of the result. */
export function tryInput(target: Target, input: Uint8Array): string | number {
  try {
    const size = target.feed(input)
    return size > MOST_TIMES * input.length + MOST_MORE_BYTES ? `${size} bytes were made of ${input.length}` : size
  } catch (fault) {
    return fault instanceof Error ? fault.message : String(fault)
  }
}

/** The shortest input found that still breaks the target: pieces are left out as long as it does (delta debugging). */
export function shrinkInput(target: Target, input: Uint8Array): Uint8Array {
  let best = input
  for (let size = Math.ceil(best.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.length;) {
      const smaller = Uint8Array.from([...best.slice(0, at), ...best.slice(at + size)])
      if (typeof tryInput(target, smaller) === 'string') best = smaller
      else at += size
    }
  }
  return best
}
