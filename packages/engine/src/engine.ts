/**
 * The engine: a vault, a loop and a network behind the pages' API. It holds the keys while it is open, and nothing
 * readable is kept anywhere when it is not (PROTOCOL §9).
 */
import { type Core, createCore, type Effect, type EngineReply, type EngineRequest, type EngineView, type NetworkEvent, relayRejection, type RejectionCode, type State, viewOf } from '@sotto/core'
import type { Primitives, RandomBytes } from '@sotto/crypto/primitives'
import { LIMITS, readRelayAddress, showsSomething, utf8 } from '@sotto/wire'
import type { EngineApi } from './api.ts'
import { type Loop, startLoop } from './loop.ts'
import { type ClockPort, type NetworkPort, StorageDamaged, StorageFull, type StoragePort, type VaultPort } from './ports.ts'
import { afterUse, NOTHING_TYPED, withTyped } from './typed-fields.ts'
import { createVault, type OpenVault, readVaultState, unlockVault } from './vault/vault.ts'

export interface EngineOptions {
  readonly primitives: Primitives
  readonly random: RandomBytes
  readonly vault: VaultPort
  /** A fresh network for each time the vault is open: peer ids are disposable. */
  readonly createNetwork: () => NetworkPort
  readonly clock: ClockPort
  /** A fault happened: told by its kind alone, never with a secret. */
  readonly report?: (fault: unknown) => void
}

export interface Engine extends EngineApi {
  /** Stops cleanly: what was written is durable, the peers are told. The engine cannot be used again. */
  readonly stop: () => Promise<void>
}

/** What runs while the vault is open. */
interface Session {
  readonly storage: StoragePort
  readonly network: NetworkPort
  readonly loop: Loop
  readonly vault: OpenVault
  readonly cancelWake: () => void
}

const ok: EngineReply = { ok: true, value: {} }
const no = (code: RejectionCode, numbers: { readonly [name: string]: number } = {}): EngineReply => ({ ok: false, rejection: { code, numbers } })

/** Makes an engine. It looks at the vault at once; an unprotected one opens by itself. */
export function createEngine(options: EngineOptions): Engine {
  const { primitives, random, clock } = options
  const core: Core = createCore({ primitives, random })
  const listeners = new Set<(view: EngineView) => void>()
  const waiting = new Map<string, (reply: EngineReply) => void>()
  let nextRequest = 1
  let phase: EngineView['phase'] = 'starting'
  let trouble: EngineView['trouble'] = null
  let session: Session | null = null
  let state: State = null
  let announced = false
  let typed = NOTHING_TYPED
  /** Answers of the step that is being performed: given once the view shows what it did. */
  const answered: (() => void)[] = []

  const view = (): EngineView => {
    const { self, relays, groups, clockAheadMs } = viewOf(phase === 'ready' ? state : null)
    const profile = self === null || session === null ? null : { ...self, hasPassphrase: session.vault.hasPassphrase }
    return { phase, profile, relays, groups, clockAheadMs, typed, trouble }
  }
  const announce = (): void => {
    if (announced) return
    announced = true
    // Once for everything that changes in this turn.
    void Promise.resolve().then(() => {
      announced = false
      const now = view()
      for (const listener of listeners) listener(now)
    })
  }
  const enter = (next: EngineView['phase']): void => {
    phase = next
    announce()
  }

  const open = async (vault: OpenVault, first: { readonly name: string; readonly relays: readonly string[] } | null): Promise<EngineReply> => {
    enter('opening')
    let storage: StoragePort | null = null
    try {
      storage = await options.vault.openStorage(vault.cipher)
      if (first !== null) {
        const made = core.createProfile(first.name, first.relays, clock.nowMs())
        await storage.commit(made.writes)
      }
      const loaded = core.load(await storage.load())
      trouble = loaded.damaged.length > 0 ? 'storageDamaged' : null
      await run(vault, storage, loaded.state)
      return ok
    } catch (error) {
      await storage?.close()
      vault.cipher.forgetKeys()
      enter((await readVaultState({ primitives, port: options.vault })) === 'noProfile' ? 'noProfile' : 'locked')
      if (error instanceof StorageFull) return no('storageFull')
      if (error instanceof StorageDamaged) return no('storageDamaged')
      throw error
    }
  }

  const run = async (vault: OpenVault, storage: StoragePort, loaded: State): Promise<void> => {
    const network = options.createNetwork()
    let cancel = (): void => {}
    state = loaded
    // The network listens before the machine speaks: effects of its first step are performed, not dropped.
    const early: NetworkEvent[] = []
    let hear = (event: NetworkEvent): unknown => early.push(event)
    await network.start((event) => hear(event))
    const loop = startLoop({
      core,
      state: loaded,
      storage,
      clock,
      perform: (effect) => perform(effect),
      changed: (next) => {
        state = next
        announce()
        for (const answer of answered.splice(0)) answer()
      },
      trouble: (what) => {
        trouble = what
        announce()
      },
      dropped: ({ fault }) => options.report?.(fault),
      broken: (fault) => {
        options.report?.(fault)
        trouble = 'storageDamaged'
        for (const answer of waiting.values()) answer(no('storageDamaged'))
        waiting.clear()
        announce()
      },
    })
    // The one place where effects are performed.
    const perform = (effect: Effect): void => {
      switch (effect.kind) {
        case 'reply':
          answered.push(() => {
            waiting.get(effect.request)?.(effect.reply)
            waiting.delete(effect.request)
          })
          return
        case 'readLog':
          void storage.readLog(effect.query).then(
            (records) => loop.deliver({ kind: 'logRead', read: effect.read, records }),
            (fault: unknown) => options.report?.(fault),
          )
          return
        case 'wakeAt':
          cancel()
          cancel = clock.wakeAt(effect.atMs, () => loop.deliver({ kind: 'woke' }))
          return
        default:
          network.perform(effect)
      }
    }
    for (const event of early) loop.deliver(event)
    hear = loop.deliver
    session = { storage, network, loop, vault, cancelWake: () => cancel() }
    enter('ready')
  }

  const close = async (): Promise<void> => {
    const ending = session
    session = null
    if (ending === null) return
    ending.cancelWake()
    await ending.loop.stop()
    await ending.network.stop()
    await ending.storage.close()
    ending.vault.cipher.forgetKeys()
    state = null
    for (const answer of waiting.values()) answer(no('locked'))
    waiting.clear()
  }

  const createProfile = async (request: Extract<EngineRequest, { readonly kind: 'createProfile' }>): Promise<EngineReply> => {
    const name = request.name.trim()
    const length = utf8(name).length
    if (!showsSomething(name)) return no('nameEmpty')
    if (length > LIMITS.nameBytes) return no('nameTooLong', { length, limit: LIMITS.nameBytes })
    const read = request.relays.filter((each) => each.trim() !== '').map(readRelayAddress)
    const relays = read.flatMap((each) => ('code' in each ? [] : each.address))
    if (read.length > LIMITS.relays) return no('tooManyRelays', { limit: LIMITS.relays })
    for (const each of read) if ('code' in each) return { ok: false, rejection: relayRejection(each) }
    const made = await createVault({ primitives, random, port: options.vault }, request.passphrase)
    if (made.code === 'profileExists') return no('profileExists')
    if (made.code === 'passphraseTooShort') return no('passphraseTooShort', { length: made.length, limit: made.limit })
    return open(made.vault, { name, relays })
  }

  const unlock = async (passphrase: string | null): Promise<EngineReply> => {
    if (session !== null) return ok
    enter('opening')
    const unlocked = await unlockVault({ primitives, random, port: options.vault }, passphrase)
    if (unlocked.code === 'unlocked') return open(unlocked.vault, null)
    enter(unlocked.code === 'noProfile' ? 'noProfile' : 'locked')
    return no(unlocked.code)
  }

  /** Requests about the vault come one after another: a second one waits for the first. */
  let vaultTurn: Promise<unknown> = Promise.resolve()
  const inTurn = (act: () => Promise<EngineReply>): Promise<EngineReply> => {
    const turn = vaultTurn.then(act)
    vaultTurn = turn.catch((fault: unknown) => options.report?.(fault))
    return turn
  }

  const begin = inTurn(async () => {
    const found = await readVaultState({ primitives, port: options.vault })
    switch (found) {
      case 'noProfile':
        enter('noProfile')
        return ok
      case 'protected':
        enter('locked')
        return ok
      case 'unprotected':
        return unlock(null)
      case 'storageDamaged':
        trouble = 'storageDamaged'
        enter('locked')
        return ok
    }
  })

  const keepTyped = ({ field, text }: Extract<EngineRequest, { readonly kind: 'keepTyped' }>): EngineReply => {
    const next = withTyped(typed, field, text)
    if ('code' in next) return no('draftTooLong', { length: next.lengthBytes, limit: LIMITS.draftBytes })
    typed = next
    announce()
    return ok
  }

  const request = async (what: EngineRequest): Promise<EngineReply> => {
    const reply = await answer(what)
    const left = reply.ok ? afterUse(typed, what) : typed
    if (left !== typed) {
      typed = left
      announce()
    }
    return reply
  }

  const answer = async (what: EngineRequest): Promise<EngineReply> => {
    await begin
    switch (what.kind) {
      case 'keepTyped':
        return keepTyped(what)
      case 'createProfile':
        return inTurn(() => createProfile(what))
      case 'unlock':
        return inTurn(() => unlock(what.passphrase))
      case 'lock':
        return inTurn(async () => {
          if (session === null) return phase === 'noProfile' ? no('noProfile') : ok
          await close()
          // Without a passphrase there is nothing to lock with: the engine only starts anew.
          if ((await readVaultState({ primitives, port: options.vault })) === 'unprotected') return unlock(null)
          enter('locked')
          return ok
        })
      case 'wipe':
        return inTurn(async () => {
          await close()
          await options.vault.wipe()
          trouble = null
          enter('noProfile')
          return ok
        })
      default: {
        if (session === null) return no(phase === 'noProfile' ? 'noProfile' : 'locked')
        const { loop } = session
        const id = String(nextRequest++)
        return new Promise<EngineReply>((resolve) => {
          waiting.set(id, resolve)
          loop.deliver({ kind: 'requested', request: id, what })
        })
      }
    }
  }

  return {
    request,
    subscribe: (listener) => {
      listeners.add(listener)
      listener(view())
      return () => listeners.delete(listener)
    },
    stop: async () => {
      await inTurn(async () => {
        await close()
        return ok
      })
      listeners.clear()
    },
  }
}
