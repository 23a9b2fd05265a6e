/** An engine under test on a vault in memory, without peers, and a way to wait for what it shows. */
import { loadSodiumPrimitives } from '@sotto/crypto/primitives'
import type { EngineRequest, EngineView } from '../api.ts'
import { createEngine, type Engine } from '../engine.ts'
import { createMemoryVault, type MemoryVault } from '../memory/memory-vault.ts'
import type { ClockPort, NetworkPort, RemainsPort, VaultPort } from '../ports.ts'

export const primitives = await loadSodiumPrimitives()
export const random = (lengthBytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(lengthBytes))
/** Differs for different passphrases and salts as Argon2id does, but is quick. */
export const stretch: VaultPort['stretch'] = async (passphrase, salt) => primitives.hmacSha256(salt, passphrase)
let nowMs = 1_800_000_000_000
const wakes = new Set<{ readonly atMs: number; readonly wake: () => void }>()
const clock: ClockPort = {
  nowMs: () => nowMs,
  wakeAt: (atMs, wake) => {
    const set = { atMs, wake }
    wakes.add(set)
    return () => wakes.delete(set)
  },
  yieldToPage: async () => {},
}
/** The time of all engines under test: it passes only here. */
export const testTime = {
  nowMs: () => nowMs,
  /** The clock alone: what waits stays as far away. */
  putBack: (ms: number): void => {
    nowMs -= ms
  },
  /** Wakes what is due, one after the other, and lets each do what it does. Resolves with how many those were. */
  pass: async (forMs: number): Promise<number> => {
    const untilMs = nowMs + forMs
    let woken = 0
    for (; ; woken++) {
      const [next] = [...wakes].filter(({ atMs }) => atMs <= untilMs).toSorted((a, b) => a.atMs - b.atMs)
      if (next === undefined) break
      wakes.delete(next)
      nowMs = Math.max(nowMs, next.atMs)
      next.wake()
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
    }
    nowMs = untilMs
    return woken
  },
}
/** A network without peers. */
const createNetwork = (): NetworkPort => ({
  start: async (deliver) => deliver({ kind: 'networkStarted', ownPeer: 'me' }),
  perform: () => {},
  stop: async () => {},
})
export const PASSPHRASE = 'correct horse'

const engines: Engine[] = []
/** After each test. */
export async function stopAll(): Promise<void> {
  await Promise.all(engines.splice(0).map((engine) => engine.stop()))
}

export interface Started {
  readonly engine: Engine
  readonly view: () => EngineView
  readonly until: (holds: (view: EngineView) => boolean) => Promise<EngineView>
  /** The code of the refusal, or `ok`. */
  readonly ask: (what: EngineRequest) => Promise<string>
  readonly faults: readonly unknown[]
}

/** Starts an engine on a vault. `stopAll` stops it, unless it is dead by then. */
export function start(vault: VaultPort, isStopped = true, remains?: RemainsPort): Started {
  const faults: unknown[] = []
  const engine = createEngine({
    primitives,
    random,
    vault,
    createNetwork,
    clock,
    ...(remains === undefined ? {} : { remains }),
    report: (fault) => faults.push(fault),
  })
  if (isStopped) engines.push(engine)
  let view: EngineView | undefined
  const watchers = new Set<() => void>()
  engine.subscribe((next) => {
    view = next
    for (const watch of watchers) watch()
  })
  const seen = (): EngineView => {
    if (view === undefined) throw new Error('nothing was seen')
    return view
  }
  return {
    engine,
    faults,
    view: seen,
    until: (holds) =>
      new Promise((resolve) => {
        const watch = (): void => {
          if (!holds(seen())) return
          watchers.delete(watch)
          resolve(seen())
        }
        watchers.add(watch)
        watch()
      }),
    ask: async (what) => {
      const reply = await engine.request(what)
      return reply.ok ? 'ok' : reply.rejection.code
    },
  }
}

export const settled = ({ phase }: EngineView): boolean => phase !== 'starting' && phase !== 'opening'
export const profile = (passphrase: string | null): EngineRequest => ({ kind: 'createProfile', name: 'Mira', passphrase, relays: [] })
export const memoryVault = (): MemoryVault => createMemoryVault({ stretch })

/** Starts on what is stored, and gets in the way that the screens offer. */
export async function getIn(vault: VaultPort, passphrase: string | null): Promise<Started> {
  const started = start(vault)
  await started.until(settled)
  if (started.view().phase === 'locked') await started.ask({ kind: 'unlock', passphrase: passphrase ?? '' })
  if (started.view().phase !== 'ready') {
    await started.until(settled)
    const made = started.view().phase === 'noProfile' ? await started.ask(profile(passphrase)) : 'ok'
    if (made !== 'ok') throw new Error(`no profile can be made: ${made}`)
  }
  await started.until(({ phase }) => phase === 'ready')
  return started
}
