/** What runs while the vault is open: the loop, its network and storage, and the requests that wait for an answer. */
import type { Core, Effect, EngineReply, NetworkEvent, RejectionCode, State } from '@sotto/core'
import { createChunkWork } from './chunk-work.ts'
import { type LoopOptions, startLoop } from './loop.ts'
import type { ChunkStorePort, ClockPort, NetworkPort, StoragePort } from './ports.ts'

type MachineRequest = Extract<Parameters<Core['step']>[1], { readonly kind: 'requested' }>['what']

export interface SessionInit {
  readonly core: Core
  readonly state: State
  readonly storage: StoragePort
  readonly openChunks: () => Promise<ChunkStorePort>
  readonly network: NetworkPort
  /** Seals all rows again, soon (`row-key-renewal.ts`). */
  readonly renewRows: (done: () => void) => void
  readonly clock: ClockPort
  readonly changed: LoopOptions['changed']
  /** null: the trouble is over. */
  readonly trouble: (what: 'storageFull' | 'storageDamaged' | null) => void
  readonly report: (fault: unknown) => void
}

export interface Session {
  /** Always answers: with a refusal if the loop has met a fault or is closed first. */
  readonly ask: (what: MachineRequest) => Promise<EngineReply>
  /** Stops everything cleanly. Waiting requests are refused as locked. */
  readonly close: () => Promise<void>
}

const no = (code: RejectionCode): EngineReply => ({ ok: false, rejection: { code, numbers: {} } })

/** Starts the network and the loop. From here on the session owns the storage. */
export async function startSession({ core, state, storage, openChunks, network, renewRows, clock, changed, trouble, report }: SessionInit): Promise<Session> {
  const waiting = new Map<string, (reply: EngineReply) => void>()
  /** Answers of the step that is being performed. They go out once the view shows what the step did. */
  const answered: (() => void)[] = []
  let nextRequest = 1
  let cancelWake = (): void => {}
  let isBroken = false
  const answerAll = (code: RejectionCode): void => {
    for (const answer of waiting.values()) answer(no(code))
    waiting.clear()
  }
  // The network listens before the machine acts: effects of its first step are performed, not dropped.
  const early: NetworkEvent[] = []
  let hear = (event: NetworkEvent): unknown => early.push(event)
  await network.start((event) => hear(event))
  const loop = startLoop({
    core,
    state,
    storage,
    clock,
    perform: (effect) => perform(effect),
    changed: (next) => {
      changed(next)
      for (const answer of answered.splice(0)) answer()
    },
    trouble,
    dropped: ({ fault }) => report(fault),
    broken: (fault) => {
      isBroken = true
      report(fault)
      trouble('storageDamaged')
      answerAll('storageDamaged')
    },
  })
  const readHistory = (effect: Extract<Effect, { readonly kind: 'readHistory' }>): void =>
    void storage.readHistory(effect.query).then(
      (records) => loop.deliver({ kind: 'historyRead', read: effect.read, records }),
      (fault: unknown) => {
        report(fault)
        trouble('storageDamaged')
        loop.deliver({ kind: 'historyFailed', read: effect.read })
      },
    )
  const chunks = createChunkWork({ open: openChunks, deliver: (event) => loop.deliver(event), report })
  // The only place where effects are performed.
  const perform = (effect: Effect): void => {
    switch (effect.kind) {
      case 'reply':
        answered.push(() => {
          waiting.get(effect.request)?.(effect.reply)
          waiting.delete(effect.request)
        })
        return
      case 'readHistory':
        return readHistory(effect)
      case 'writeChunk':
      case 'readChunk':
      case 'removeChunks':
      case 'listChunks':
        return chunks.perform(effect)
      case 'wakeAt':
        cancelWake()
        cancelWake = clock.wakeAt(effect.atMs, () => loop.deliver({ kind: 'woke' }))
        return
      case 'renewRows':
        return renewRows(() => loop.deliver({ kind: 'rowsRenewed', number: effect.number }))
      default:
        network.perform(effect)
    }
  }
  for (const event of early) loop.deliver(event)
  hear = loop.deliver
  return {
    ask: (what) => {
      if (isBroken) return Promise.resolve(no('storageDamaged'))
      const request = String(nextRequest++)
      return new Promise((resolve) => {
        waiting.set(request, resolve)
        loop.deliver({ kind: 'requested', request, what })
      })
    },
    close: async () => {
      cancelWake()
      try {
        await loop.stop()
        await network.stop()
        await chunks.close()
        await storage.close()
      } finally {
        answerAll('locked')
      }
    },
  }
}
