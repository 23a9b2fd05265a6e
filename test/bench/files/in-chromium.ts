/** A file from one Chromium to another, next to as many bytes on a stream of stock libp2p between the same two engine's pages. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'
import { type Member, meet, startMember } from '../../e2e/support/group-of-browsers.ts'
import type { ChromiumProfile } from '../../fixtures/chromium.ts'
import { LONG_PATIENCE_MS, waitUntil } from '../../fixtures/wait-until.ts'
import { makeTemporaryFolder } from '../../fixtures/temporary-folder.ts'
import type { FilesPage } from '../files-page.ts'
import { startServer } from '../relay/processes.ts'
import { noiseAt } from '../../fixtures/noise.ts'
import { type OneFile, together } from './one-file.ts'
import { beginPeak, canCountMemory, peakSince } from './peak-memory.ts'

const MIB = 2 ** 20
const NOISE_BYTES = 1 << 20

type End = Member & { readonly profile: ChromiumProfile }

export async function measureInChromium(bytes: number, rounds: number): Promise<OneFile> {
  const folder = makeTemporaryFolder('bench-files-relay')
  const relay = await startServer({ kind: 'sotto', folder: folder.path, nats: null, fileBytes: 0 })
  const circuits = await startServer({ kind: 'bare' })
  const script = await bundle(join(import.meta.dirname, '..', 'files-page.ts'))
  const ends: End[] = []
  try {
    for (const name of ['Alice', 'Bob']) ends.push((await startMember('chromium', name)) as End)
    const [alice, bob] = ends as [End, End]
    const group = await meet({ addresses: () => [relay.address] }, alice, [bob])
    for (const each of ends) {
      await each.profile.evaluateInEngine(script)
      await each.page().evaluate(script as never, null)
      await each.ask({ kind: 'setFetchedAtOnce', bytes: 0 })
      await each.ask({ kind: 'setPrivacy', what: 'presence', isOn: true })
      await each.ask({ kind: 'active' })
    }
    await waitUntil('a direct connection', async () => (await alice.group(group))?.members.some(({ connection }) => connection === 'direct'))
    const bareAddress = await inEngine(alice, 'bareAddress', circuits.address)
    await inEngine(bob, 'bareAddress', circuits.address)
    const all: OneFile[] = []
    for (let round = 0; round < rounds; round++) {
      const bare = await inEngine(bob, 'bareFetch', circuits.address, bareAddress, bytes)
      const { file = '', pieceBytes = 1 } = await alice.ask({ kind: 'attachFile', group, name: 'film.webm', mediaType: 'video/webm', sizeBytes: bytes })
      await inEngine(alice, 'make', bytes, round)
      const attaching = startPeaks(ends)
      const attachFromMs = performance.now()
      const trouble = await inEngine(alice, 'hand', group, file, pieceBytes)
      if (trouble !== null) throw new Error(`the file is not attached: ${trouble}`)
      const attachMs = performance.now() - attachFromMs
      const [peakAttaching = null] = attaching()
      const { message = '' } = await alice.ask({ kind: 'send', group, text: 'the film', files: [file] })
      await waitUntil('the message', async () => (await bob.messages(group)).some(({ id }) => id === message), LONG_PATIENCE_MS)
      const fetching = startPeaks(ends)
      const { firstMs, wholeMs } = await inApp(bob, 'fetch', group, message)
      const [sending = null, receiving = null] = fetching()
      all.push({
        mib: bytes / MIB,
        toBare: bare.wholeMs / wholeMs,
        firstMs,
        bareFirstMs: bare.firstMs,
        mibPerSecond: bytes / MIB / (wholeMs / 1_000),
        attachMibPerSecond: bytes / MIB / (attachMs / 1_000),
        isSame: (await inApp(bob, 'read', group, message)) === noiseHash(round, bytes),
        peaks: { attaching: peakAttaching, sending, receiving },
      })
      for (const each of ends) await each.ask({ kind: 'deleteMessage', group, message, forAll: false })
    }
    return together(all)
  } finally {
    await Promise.all(ends.map(({ profile }) => profile.remove()))
    await Promise.all([relay.end(), circuits.end()])
    folder.remove()
  }
}

const called = (name: string, given: readonly unknown[]): string => `filesPage.${name}(${given.map((each) => JSON.stringify(each)).join(', ')})`

const inEngine = async <N extends keyof FilesPage>(end: End, name: N, ...given: Parameters<FilesPage[N]>): Promise<Awaited<ReturnType<FilesPage[N]>>> =>
  (await end.profile.evaluateInEngine(called(name, given))) as never

const inApp = async <N extends keyof FilesPage>(end: End, name: N, ...given: Parameters<FilesPage[N]>): Promise<Awaited<ReturnType<FilesPage[N]>>> =>
  (await end.page().evaluate(called(name, given) as never, null)) as never

function noiseHash(seed: number, bytes: number): string {
  const hash = createHash('sha256')
  for (let at = 0, place = 0; at < bytes; at += NOISE_BYTES, place++) hash.update(noiseAt(seed, place, Math.min(NOISE_BYTES, bytes - at)))
  return hash.digest('hex')
}

/** Begins to count, for each of them. */
function startPeaks(ends: readonly End[]): () => readonly (number | null)[] {
  if (!canCountMemory()) return () => ends.map(() => null)
  const idle = ends.map((end) => {
    const pid = enginePid(end.profile.pid())
    return { pid, bytes: beginPeak(pid) }
  })
  return () => idle.map(({ pid, bytes }) => (peakSince(pid) - bytes) / MIB)
}

/** The process in which a Chromium runs the pages of its extension: one of those that it started. */
function enginePid(browser: number): number {
  const of = (pid: number, file: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'utf8')
    } catch {
      return ''
    }
  }
  const processes = readdirSync('/proc').map(Number).filter(Number.isInteger)
  // The parent is the second field after the name, which is in brackets.
  const parentOf = (pid: number): number => Number(of(pid, 'stat').split(') ').at(-1)?.split(' ')[1])
  const isBelow = (pid: number): boolean => pid > 1 && (pid === browser || isBelow(parentOf(pid)))
  const found = processes.find((pid) => of(pid, 'cmdline').includes('--extension-process') && isBelow(pid))
  if (found === undefined) throw new Error('no process has the engine')
  return found
}

/** One script for a page, without imports. */
async function bundle(entry: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    build: { write: false, target: 'es2022', minify: true, lib: { entry, formats: ['iife'], name: 'filesBundle', fileName: 'page' } },
  })
  for (const output of Array.isArray(built) ? built : [built]) {
    if (!('output' in output)) continue
    const chunk = output.output.find((part) => part.type === 'chunk' && part.isEntry)
    if (chunk?.type === 'chunk') return chunk.code
  }
  throw new Error(`${entry} was not bundled`)
}
