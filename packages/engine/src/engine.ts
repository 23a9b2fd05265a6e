/**
 * The engine: a vault, a loop and a network behind the pages' API. It holds the keys while it is open. While it is
 * not, nothing readable is kept anywhere (PROTOCOL §9).
 */
import { type Core, createCore, type EngineReply, type EngineRequest, type EngineView, type State } from '@sotto/core'
import type { Primitives, RandomBytes } from '@sotto/crypto/primitives'
import { createAnnouncer } from './announcer.ts'
import type { EngineApi } from './api.ts'
import { type AutoLock, lockWhenIdle } from './auto-lock.ts'
import { makeProfile } from './make-profile.ts'
import { type ClockPort, type NetworkPort, type RemainsPort, StorageDamaged, StorageNewer, type StoragePort, type VaultPort } from './ports.ts'
import { oneAfterAnother } from './one-after-another.ts'
import { closed, no, ok, tooShort, tooSoon } from './replies.ts'
import { keepRowKeysNew, type RowKeyRenewal } from './row-key-renewal.ts'
import { type Session, startSession } from './session.ts'
import { storageTroubleOf } from './storage-trouble.ts'
import { createRelayTrials } from './try-relay.ts'
import { keepTypedFields } from './typed-fields.ts'
import type { Unopened } from './vault/data-key.ts'
import { changePassphrase, type OpenVault, readVaultState, unlockVault } from './vault/vault.ts'
import { nextTryMs } from './vault/wrong-tries.ts'

export interface EngineOptions {
  readonly primitives: Primitives
  readonly random: RandomBytes
  readonly vault: VaultPort
  /** A fresh network each time the vault opens: peer ids are disposable. */
  readonly createNetwork: () => NetworkPort
  readonly clock: ClockPort
  /** Absent: nothing lies beside the vault. */
  readonly remains?: RemainsPort
  /** Called for a fault, reported by its kind alone and never with a secret. */
  readonly report?: (fault: unknown) => void
}

export interface Engine extends EngineApi {
  /** Stops cleanly: what was written is durable and the peers are told. The engine cannot be used again. */
  readonly stop: () => Promise<void>
}

/** Makes an engine. It reads the vault at once and opens an unprotected one by itself. */
export function createEngine(options: EngineOptions): Engine {
  const { primitives, random, clock } = options
  const core: Core = createCore({ primitives, random })
  let phase: EngineView['phase'] = 'starting'
  let trouble: EngineView['trouble'] = null
  const vaultDependencies = { primitives, random, port: options.vault, nowMs: clock.nowMs }
  let open: { readonly session: Session; readonly vault: OpenVault; readonly renewal: RowKeyRenewal; readonly autoLock: AutoLock | null } | null = null
  let state: State = null
  let nextTry: number | null = null
  let wiped: EngineView['wiped'] = null

  const view = (): EngineView => {
    const { self, relays, groups, requests, search, clockAheadMs, popupPlace } = core.viewOf(phase === 'ready' ? state : null)
    const profile = self === null || open === null ? null : { ...self, hasPassphrase: open.vault.hasPassphrase }
    return { phase, profile, relays, groups, requests, search, clockAheadMs, popupPlace, typed: typed.now(), trouble, nextTryMs: nextTry, wiped }
  }
  const { announce, announceSoon, hurry, subscribe, silence } = createAnnouncer(view, clock)
  const typed = keepTypedFields(announce)
  const trials = createRelayTrials(options)
  const enter = (next: EngineView['phase']): void => {
    phase = next
    announce()
  }

  const openWith = async (vault: OpenVault): Promise<EngineReply> => {
    enter('opening')
    let storage: StoragePort | null = null
    try {
      storage = await options.vault.openStorage(vault.cipher)
      const rows = await storage.load()
      if (rows.size === 0) return await beginAnew(vault, storage)
      const loaded = core.load(rows)
      if (core.viewOf(loaded.state).self === null) throw new StorageDamaged('rows, but none of them names the profile')
      trouble = loaded.damaged.length > 0 ? 'storageDamaged' : null
      await run(vault, storage, loaded.state)
      return ok
    } catch (fault) {
      await storage?.close()
      vault.forgetKeys()
      // With a passphrase, the unlock request is answered with the reason. Without one there is no unlock screen to show it.
      if (!vault.hasPassphrase) return unavailable(fault)
      tell(fault)
      enter('locked')
      return no(storageTroubleOf(fault))
    }
  }

  /** A header without a single row: creation was interrupted, or the browser lost the rows. */
  const beginAnew = async (vault: OpenVault, storage: StoragePort): Promise<EngineReply> => {
    await storage.close()
    vault.forgetKeys()
    await options.vault.wipe()
    trouble = 'profileEmpty'
    enter('noProfile')
    return no('profileEmpty')
  }

  /** Reports unforeseen faults. */
  const tell = (fault: unknown): void => {
    if (storageTroubleOf(fault) === 'storageFailed') options.report?.(fault)
  }

  const unavailable = (fault: unknown): EngineReply => {
    tell(fault)
    trouble = storageTroubleOf(fault)
    enter('unavailable')
    return no(trouble)
  }

  const run = async (vault: OpenVault, storage: StoragePort, loaded: State): Promise<void> => {
    state = loaded
    await storage.keepKeys(core.keysOf(loaded))
    const renewal = keepRowKeysNew({ vault, storage, clock, report: (fault) => options.report?.(fault) })
    const session = await startSession({
      core,
      state: loaded,
      storage,
      openChunks: () => options.vault.openChunks(),
      network: options.createNetwork(),
      renewRows: renewal.soon,
      clock,
      changed: (next) => {
        state = next
        open?.autoLock?.changed()
        announceSoon()
      },
      trouble: (what) => {
        trouble = what
        announce()
      },
      report: (fault) => options.report?.(fault),
    })
    open = { session, vault, renewal, autoLock: autoLockOf(vault) }
    nextTry = null
    wiped = null
    enter('ready')
    // Who has just typed the passphrase is there.
    if (vault.hasPassphrase) void session.ask({ kind: 'active' })
  }

  /** Without a passphrase there is nothing to lock with. */
  const autoLockOf = ({ hasPassphrase }: OpenVault): AutoLock | null =>
    hasPassphrase ? lockWhenIdle({ clock, minutes: () => core.autoLockMinutesOf(state), lock: () => void request({ kind: 'lock' }) }) : null

  /** A passphrase that did not open the profile, and what the next one waits for. */
  const refused = async (unopened: Unopened): Promise<EngineReply> => {
    nextTry = await nextTryMs(vaultDependencies)
    announce()
    return unopened.code === 'passphraseTooSoon' ? tooSoon(unopened.nextTryMs, clock.nowMs()) : no(unopened.code)
  }

  const change = async (current: string | null, next: string | null): Promise<EngineReply> => {
    if (open === null) return closed({ phase, trouble })
    const changed = await changePassphrase(vaultDependencies, current, next)
    if (changed.code === 'passphraseTooShort') return tooShort(changed)
    if (changed.code !== 'changed') return refused(changed)
    open.autoLock?.stop()
    const vault = { ...open.vault, hasPassphrase: next !== null }
    open = { ...open, vault, autoLock: autoLockOf(vault) }
    nextTry = null
    announce()
    return ok
  }

  const close = async (): Promise<void> => {
    const ending = open
    open = null
    if (ending === null) return
    ending.autoLock?.stop()
    try {
      await ending.session.close()
    } finally {
      await ending.renewal.stop()
      ending.vault.forgetKeys()
      state = null
    }
  }

  const unlock = async (passphrase: string | null): Promise<EngineReply> => {
    if (open !== null) return ok
    enter('opening')
    const unlocked = await unlockVault(vaultDependencies, passphrase)
    switch (unlocked.code) {
      case 'unlocked':
        return openWith(unlocked.vault)
      case 'storageDamaged':
        return unavailable(new StorageDamaged('the header'))
      case 'storageNewer':
        return unavailable(new StorageNewer('the header'))
      case 'noProfile':
      case 'wrongPassphrase':
      case 'passphraseTooSoon': {
        const answer = await refused(unlocked)
        enter(unlocked.code === 'noProfile' ? 'noProfile' : 'locked')
        return answer
      }
    }
  }

  /** Everything, and then a look at what is left of it. */
  const wipe = async (): Promise<EngineReply> => {
    await close()
    await options.vault.wipe()
    await options.remains?.clear()
    wiped = { left: (await options.remains?.list()) ?? [] }
    trouble = null
    nextTry = null
    enter('noProfile')
    return { ok: true, value: { left: wiped.left } }
  }

  /** Whatever the storage threw, the request is answered and the phase is one that the person can leave. */
  const interrupted = (fault: unknown): EngineReply => {
    if (open === null && phase !== 'noProfile' && phase !== 'locked') return unavailable(fault)
    tell(fault)
    return no(storageTroubleOf(fault))
  }
  /** Requests about the vault. */
  const inTurn = oneAfterAnother(interrupted)

  const look = async (): Promise<EngineReply> => {
    trouble = null
    const found = await readVaultState(vaultDependencies)
    switch (found) {
      case 'erased':
        return wipe()
      case 'noProfile':
        enter('noProfile')
        return ok
      case 'protected':
        nextTry = await nextTryMs(vaultDependencies)
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

  const request = async (what: EngineRequest): Promise<EngineReply> => {
    const reply = await answer(what)
    if (reply.ok) typed.used(what)
    return reply
  }

  const answer = async (what: EngineRequest): Promise<EngineReply> => {
    await begin
    switch (what.kind) {
      case 'keepTyped':
        return typed.keep(what)
      case 'tryRelay':
        return trials.tryRelay(what.address)
      case 'createProfile':
        return inTurn(async () => {
          const made = await makeProfile(core, vaultDependencies, what)
          return 'ok' in made ? made : openWith(made)
        })
      case 'unlock':
        return inTurn(() => unlock(what.passphrase))
      case 'lock':
        return inTurn(async () => {
          if (open === null) return phase === 'noProfile' ? no('noProfile') : ok
          await close()
          // Without a passphrase there is nothing to lock with: the engine only restarts.
          if ((await readVaultState(vaultDependencies)) === 'unprotected') return unlock(null)
          enter('locked')
          return ok
        })
      case 'changePassphrase':
        return inTurn(() => change(what.current, what.next))
      case 'active':
        open?.autoLock?.touched()
        return open === null ? ok : open.session.ask(what)
      case 'tryAgain':
        return inTurn(async () => (phase === 'unavailable' ? look() : ok))
      case 'wipe':
        return inTurn(wipe)
      default:
        return open === null ? closed({ phase, trouble }) : open.session.ask(what).finally(hurry)
    }
  }

  return {
    request,
    subscribe,
    stop: async () => {
      await trials.stop()
      await inTurn(async () => {
        await close()
        return ok
      })
      silence()
    },
  }
}
