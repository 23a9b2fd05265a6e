/** One member of the benchmark of files, in a process of its own: so its memory is nobody else's, and no two share a thread. */
import { createHash } from 'node:crypto'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { loadPrimitives } from '@sotto/crypto/primitives'
import { toBase64url } from '@sotto/wire'
import { answerCalls } from '../../fixtures/answer-calls.ts'
import { eachPart } from '../../fixtures/files-talk.ts'
import { type HeadlessProfile, startHeadlessProfile } from '../../fixtures/headless-profile.ts'
import { type BareEnd, startBareEnd } from './bare-stream.ts'
import type { MemberCalls } from './member-calls.ts'
import { noiseAt } from '../../fixtures/noise.ts'
import { appendRecords, readRecords } from './bare-mailbox.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const LONG_MS = 30 * 60_000
/** Pieces on their way to the engine at once, as in a browser (`extension/host/take-files.ts`). */
const PIECES_AT_ONCE = 16

let started: HeadlessProfile | undefined
const bare = new Map<string, BareEnd>()

const member = (): HeadlessProfile => {
  if (started === undefined) throw new Error('nobody has signed up')
  return started
}

async function bareEnd(listen: string): Promise<BareEnd> {
  const there = bare.get(listen) ?? (await startBareEnd(listen))
  bare.set(listen, there)
  return there
}

const calls: MemberCalls = {
  signUp: async (name, relays) => {
    started = await startHeadlessProfile(name, { relays })
    return started.folder
  },
  ask: (request) => member().ask(request),
  untilMember: async (group) => member().until('a member', () => (member().group(group)?.state === 'member' ? true : undefined)),
  untilConnected: async (group, how) =>
    member().until(`${how} to a member`, () =>
      member()
        .group(group)
        ?.members.some(({ connection }) => connection === how) === true
        ? true
        : undefined,
    ),
  attach: async (group, sizeBytes, seed) => {
    const hash = createHash('sha256')
    const begun = await member().ask({ kind: 'attachFile', group, name: 'film.webm', mediaType: 'video/webm', sizeBytes })
    const { file = '', pieceBytes = 1, pieces = 0 } = begun
    const startMs = performance.now()
    for (let first = 0; first < pieces; first += PIECES_AT_ONCE) {
      const asked: Promise<unknown>[] = []
      for (let piece = first; piece < Math.min(pieces, first + PIECES_AT_ONCE); piece++) {
        const bytes = noiseAt(seed, piece, Math.min(pieceBytes, sizeBytes - piece * pieceBytes))
        hash.update(bytes)
        asked.push(member().ask({ kind: 'attachPiece', group, file, piece, bytes: toBase64url(bytes) }))
      }
      await Promise.all(asked)
    }
    const attachMs = performance.now() - startMs
    const { message = '' } = await member().ask({ kind: 'send', group, text: 'the film', files: [file] })
    return { message, attachMs, sha256: hash.digest('hex') }
  },
  fetch: async (group, message) => {
    while (!(await member().messages(group, 50)).some(({ id }) => id === message)) await new Promise((resolve) => setTimeout(resolve, 20))
    const startMs = performance.now()
    let firstMs = Number.NaN
    let isBegun = false
    await member().ask({ kind: 'fetchFile', group, message, number: 0 })
    await member().until(
      'the file',
      () => {
        const coming = member()
          .group(group)
          ?.coming.find((each) => each.message === message)
        if (coming !== undefined) isBegun = true
        if (Number.isNaN(firstMs) && (coming?.bytesHere ?? 0) > 0) firstMs = performance.now() - startMs
        return isBegun && coming === undefined ? true : undefined
      },
      LONG_MS,
    )
    return { firstMs, wholeMs: performance.now() - startMs }
  },
  untilLeft: async (group, message) => {
    for (;;) {
      const found = (await member().messages(group, 50)).find(({ id }) => id === message)
      const at = found?.body.kind === 'text' ? found.body.files[0]?.atRelay : null
      if (at === 'left') return true
      if (at === 'refused') throw new Error('the relay does not keep it')
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  },
  read: async (group, message) => {
    const hash = createHash('sha256')
    await eachPart(member(), group, message, (part) => void hash.update(part))
    return hash.digest('hex')
  },
  say: async (group, text) => {
    const startMs = Date.now()
    await member().ask({ kind: 'send', group, text })
    return startMs
  },
  heard: async (group, text) => {
    await member().untilTexts(group, [text], LONG_MS)
    return Date.now()
  },
  stop: async () => {
    await member().stop()
    return true
  },
  start: async () => {
    await member().start()
    await member().until('ready', ({ phase }) => (phase === 'ready' ? true : undefined))
    return true
  },
  bareAddress: async (listen) => (await bareEnd(listen)).address(),
  bareFetch: async (listen, address, bytes) => (await bareEnd(listen)).fetch(address, bytes),
  bareAppend: async (relay, records) => appendRecords(await loadPrimitives(), relay, records),
  bareRead: async (relay, credentials, records) => readRecords(await loadPrimitives(), relay, credentials, records),
  collect: async () => {
    collectGarbage()
    collectGarbage()
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  },
  faults: async () => member().faults.map(String),
}

answerCalls(calls)
