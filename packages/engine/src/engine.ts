/**
 * The engine: a vault, a loop and a network behind the pages' API. It holds the keys while it is open, and nothing
 * readable is kept anywhere when it is not (PROTOCOL §9).
 */
import { type Core, createCore, type Effect, type EngineReply, type EngineRequest, type EngineView, type NetworkEvent, relayRejection, type RejectionCode, type State, viewOf } from '@sotto/core'
import type { Primitives, RandomBytes } from '@sotto/crypto/primitives'
import { LIMITS, readRelayAddress, showsSomething, utf8 } from '@sotto/wire'
import type { EngineApi } from './api.ts'
import { type Loop, startLoop } from './loop.ts'
import { type ClockPort, type NetworkPort, type RowCipher, StorageDamaged, StorageNewer, type StoragePort, type VaultPort } from './ports.ts'
import { storageTroubleOf } from './storage-trouble.ts'
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
  /** The loop has met a fault and answers nothing any more. */
  let broken = false

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

  const open = async (vault: OpenVault): Promise<EngineReply> => {
    enter('opening')
    let storage: StoragePort | null = null
    try {
      storage = await options.vault.openStorage(vault.cipher)
      const rows = await storage.load()
      if (rows.size === 0) return await beginAnew(vault, storage)
      const loaded = core.load(rows)
      if (viewOf(loaded.state).self === null) throw new StorageDamaged('rows, and none of them says whose')
      trouble = loaded.damaged.length > 0 ? 'storageDamaged' : null
      await run(vault, storage, loaded.state)
      return ok
    } catch (fault) {
      await storage?.close()
      vault.cipher.forgetKeys()
      // Behind a passphrase it is said to whoever typed it; without one there is no other door.
      if (!vault.hasPassphrase) return unavailable(fault)
      tell(fault)
      enter('locked')
      return no(storageTroubleOf(fault))
    }
  }

  /** A header and not one row: whoever made the profile was interrupted, or the browser lost what was under it. */
  const beginAnew = async (vault: OpenVault, storage: StoragePort): Promise<EngineReply> => {
    await storage.close()
    vault.cipher.forgetKeys()
    await options.vault.wipe()
    trouble = 'profileEmpty'
    enter('noProfile')
    return no('profileEmpty')
  }

  /** Reports what nobody foresaw. */
  const tell = (fault: unknown): void => {
    if (storageTroubleOf(fault) === 'storageFailed') options.report?.(fault)
  }

  const unavailable = (fault: unknown): EngineReply => {
    tell(fault)
    const why = storageTroubleOf(fault)
    trouble = why
    enter('unavailable')
    return no(why)
  }

  const run = async (vault: OpenVault, storage: StoragePort, loaded: State): Promise<void> => {
    const network = options.createNetwork()
    let cancel = (): void => {}
    state = loaded
    broken = false
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
        broken = true
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
            (fault: unknown) => {
              options.report?.(fault)
              trouble = 'storageDamaged'
              announce()
              loop.deliver({ kind: 'logFailed', read: effect.read })
            },
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
    try {
      await ending.loop.stop()
      await ending.network.stop()
      await ending.storage.close()
    } finally {
      ending.vault.cipher.forgetKeys()
      state = null
      for (const answer of waiting.values()) answer(no('locked'))
      waiting.clear()
    }
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
    const fill = async (cipher: RowCipher): Promise<void> => {
      const storage = await options.vault.openStorage(cipher)
      try {
        await storage.commit(core.createProfile(name, relays, clock.nowMs()).writes)
      } finally {
        await storage.close()
      }
    }
    const made = await createVault({ primitives, random, port: options.vault }, request.passphrase, fill)
    if (made.code === 'profileExists') return no('profileExists')
    if (made.code === 'passphraseTooShort') return no('passphraseTooShort', { length: made.length, limit: made.limit })
    return open(made.vault)
  }

  const unlock = async (passphrase: string | null): Promise<EngineReply> => {
    if (session !== null) return ok
    enter('opening')
    const unlocked = await unlockVault({ primitives, random, port: options.vault }, passphrase)
    switch (unlocked.code) {
      case 'unlocked':
        return open(unlocked.vault)
      case 'storageDamaged':
        return unavailable(new StorageDamaged('the header'))
      case 'storageNewer':
        return unavailable(new StorageNewer('the header'))
      case 'noProfile':
      case 'wrongPassphrase':
        enter(unlocked.code === 'noProfile' ? 'noProfile' : 'locked')
        return no(unlocked.code)
    }
  }

  /** Requests about the vault come one after another: a second one waits for the first. */
  let vaultTurn: Promise<unknown> = Promise.resolve()
  const inTurn = (act: () => Promise<EngineReply>): Promise<EngineReply> => {
    const turn = vaultTurn.then(act).catch(interrupted)
    vaultTurn = turn
    return turn
  }

  /** Whatever the storage threw, there is an answer, and a phase that leads on. */
  const interrupted = (fault: unknown): EngineReply => {
    if (session === null && phase !== 'noProfile' && phase !== 'locked') return unavailable(fault)
    tell(fault)
    return no(storageTroubleOf(fault))
  }

  const look = async (): Promise<EngineReply> => {
    trouble = null
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
        return unavailable(new StorageDamaged('the header'))
      case 'storageNewer':
        return unavailable(new StorageNewer('the header'))
    }
  }
  const begin = inTurn(look)

  /** Why the machine cannot be asked now. */
  const closedCode = (): RejectionCode => {
    if (phase === 'noProfile') return 'noProfile'
    return phase === 'unavailable' ? (trouble ?? 'storageFailed') : 'locked'
  }

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
      case 'tryAgain':
        return inTurn(async () => (phase === 'unavailable' ? look() : ok))
      case 'wipe':
        return inTurn(async () => {
          await close()
          await options.vault.wipe()
          trouble = null
          enter('noProfile')
          return ok
        })
      default: {
        if (session === null) return no(closedCode())
        if (broken) return no('storageDamaged')
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
