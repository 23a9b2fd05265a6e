/** The real engine of a person whom no network reaches: everything in memory, no peers. */
import type { EngineRequest, EngineValue, EngineView, RejectionCode } from '@sotto/core'
import { loadSodiumPrimitives } from '@sotto/crypto/primitives'
import type { EngineApi } from '../api.ts'
import { createEngine } from '../engine.ts'
import type { ClockPort } from '../ports.ts'
import { createMemoryVault } from '../memory/memory-vault.ts'

/** A relay that is not there. None is needed. */
const NOBODY = '/ip4/127.0.0.1/tcp/1/ws/p2p/12D3KooWByRS9omqFhBPLkyVsmFSqmPTAxaCWZAYk4r7bvmDu9Kr'

const REAL_CLOCK: ClockPort = {
  nowMs: () => Date.now(),
  wakeAt: () => () => {},
  yieldToPage: () => new Promise((resolve) => void setImmediate(resolve)),
}

export interface SingleEngine extends EngineApi {
  readonly view: () => EngineView
  /** Sends a request, and throws with the code if it is refused. */
  readonly ask: (request: EngineRequest) => Promise<EngineValue>
  /** Why a request is refused; null if it is not. */
  readonly refusal: (request: EngineRequest) => Promise<RejectionCode | null>
  /** The texts of a group, oldest first. */
  readonly texts: (group: string) => Promise<readonly string[]>
  /** Stops this engine and starts another on the same vault. */
  readonly again: () => Promise<SingleEngine>
}

export async function startSingleEngine(vault?: ReturnType<typeof createMemoryVault>, clock: ClockPort = REAL_CLOCK): Promise<SingleEngine> {
  const primitives = await loadSodiumPrimitives()
  const port = vault ?? createMemoryVault({ stretch: async (passphrase, salt) => primitives.hmacSha256(salt, passphrase) })
  const engine = createEngine({
    primitives,
    random: (lengthBytes) => crypto.getRandomValues(new Uint8Array(lengthBytes)),
    vault: port,
    createNetwork: () => ({ start: async () => {}, perform: () => {}, stop: async () => {} }),
    clock,
  })
  let view: EngineView | undefined
  engine.subscribe((next) => {
    view = next
  })
  const ask = async (request: EngineRequest): Promise<EngineValue> => {
    const reply = await engine.request(request)
    if (!reply.ok) throw new Error(`${request.kind} was refused: ${reply.rejection.code}`)
    return reply.value
  }
  return {
    request: engine.request,
    subscribe: engine.subscribe,
    view: () => {
      if (view === undefined) throw new Error('no view yet')
      return view
    },
    ask,
    refusal: async (request) => {
      const reply = await engine.request(request)
      return reply.ok ? null : reply.rejection.code
    },
    texts: async (group) => {
      const { messages = [] } = await ask({ kind: 'readMessages', group, before: null, limit: 200 })
      return messages.flatMap(({ body }) => (body.kind === 'text' ? [body.text] : []))
    },
    again: async () => {
      await engine.stop()
      return startSingleEngine(port, clock)
    },
  }
}

/** A person with a profile and a group of their own. */
export async function startAlone(): Promise<{ readonly engine: SingleEngine; readonly group: string }> {
  const engine = await startSingleEngine()
  await engine.ask({ kind: 'createProfile', name: 'Mira', passphrase: null, relays: [NOBODY] })
  const { group = '' } = await engine.ask({ kind: 'createGroup', title: 'Desk' })
  return { engine, group }
}
