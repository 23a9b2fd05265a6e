/**
 * The machine: `step(state, event) → { state, writes, effects }` (ARCHITECTURE, "The loop"). Its caller commits the
 * writes in one transaction before it performs the effects, and never in another order.
 *
 * Pure and synchronous: time comes with the event, randomness and primitives with the core.
 */
import { createMailboxClient } from '@sotto/mailbox'
import { type GroupCipherName, LIMITS } from '@sotto/wire'
import type { GroupCipher } from '../cipher/group-cipher.ts'
import type { CoreOptions, CryptoProvider, Effect, Event } from '../contract/events.ts'
import type { HistoryWrite } from '../contract/history.ts'
import { createProfile } from '../identity/profile.ts'
import { chooseRelay } from '../links/own-relays.ts'
import type { Context } from '../state/context.ts'
import { type DurableWrite, type State, stateFromRows, Transaction } from '../state/table.ts'
import { durableTables } from '../state/tables/all.ts'
import { TIMER } from '../state/tables/self.ts'
import { autoLockMinutesOf } from '../identity/settings.ts'
import { keysOf } from '../messages/lives.ts'
import { hasIndexWork } from '../messages/search/index-more.ts'
import { type MachineView, viewOf } from '../view/view.ts'
import { GROUP_CIPHERS } from './ciphers.ts'
import { handle } from './events.ts'
import { drain } from './drain.ts'
import { earliestTimer } from './timers.ts'

export interface Step {
  readonly state: State
  readonly writes: {
    readonly rows: readonly DurableWrite[]
    readonly histories: readonly HistoryWrite[]
    readonly dropHistories: readonly string[]
    readonly eraseKeys?: readonly string[]
  }
  readonly effects: readonly Effect[]
}

export interface Core {
  /** Loads the stored state. `damaged` are keys of rows that do not decode: the caller reports them and starts without them. */
  readonly load: (rows: ReadonlyMap<string, Uint8Array>) => { readonly state: State; readonly damaged: readonly string[] }
  /** The state of a new profile: `writes` hold every row. `relays` as `readRelayAddress` returns them. */
  readonly createProfile: (name: string, relays: readonly string[], nowMs: number) => Step
  readonly step: (state: State, event: Event, nowMs: number) => Step
  /** The machine's part of the pages' view. */
  readonly viewOf: (state: State) => MachineView
  /** After how many minutes without its person this device is to lock itself; null: never. Cheap. */
  readonly autoLockMinutesOf: (state: State) => number | null
  /** The names of the keys of records that are still wanted: all others may be erased before the first step. */
  readonly keysOf: (state: State) => readonly string[]
  /** Whether an `idle` event would be of use. Cheap. */
  readonly hasIdleWork: (state: State) => boolean
}

export interface MachineOptions extends CoreOptions {
  /** Replaces the ciphers of this version, for tests of what every cipher must do. */
  readonly ciphers?: readonly GroupCipher[]
  /** The cipher of groups that are created here. */
  readonly newGroupCipher?: GroupCipherName
}

/** The machine with its primitives and randomness. */
export function createCore(
  provider: CryptoProvider,
  { oneTimePreKeys = LIMITS.oneTimePreKeys, ciphers: known = GROUP_CIPHERS, newGroupCipher = 'sender-keys' }: MachineOptions = {},
): Core {
  const ciphers = new Map(known.map((cipher) => [cipher.name, cipher]))
  const mailbox = createMailboxClient(provider.primitives)
  const relayNames = new Map<string, string>()
  /** When the state of the last step is to be woken. A step mostly follows on that state. */
  let last: { readonly state: State; readonly wakeMs: number | undefined } | null = null
  const run = (state: State, nowMs: number, act: (context: Context) => void, isWake = false): Step => {
    const transaction = new Transaction(state)
    const context: Context = {
      provider,
      mailbox,
      relayNames,
      oneTimePreKeys,
      ciphers,
      newGroupCipher,
      transaction,
      nowMs,
      histories: [],
      dropHistories: [],
      eraseKeys: [],
      effects: [],
      internalEvents: [],
      relayEvents: [],
    }
    const wakeBefore = last?.state === state ? last.wakeMs : earliestTimer(transaction)
    act(context)
    drain(context)
    const wakeAfter = transaction.touched(TIMER) ? earliestTimer(transaction) : wakeBefore
    last = { state: transaction.state, wakeMs: wakeAfter }
    // A wake that came a moment early found nothing due, so it is planned again.
    const isPlanned = wakeAfter === wakeBefore && !isWake
    if (wakeAfter !== undefined && !isPlanned) context.effects.push({ kind: 'wakeAt', atMs: wakeAfter })
    return {
      state: transaction.state,
      writes: {
        rows: transaction.writes(),
        histories: context.histories,
        dropHistories: context.dropHistories,
        ...(context.eraseKeys.length === 0 ? {} : { eraseKeys: context.eraseKeys }),
      },
      effects: context.effects,
    }
  }
  return {
    load: (rows) => stateFromRows(durableTables(), rows),
    createProfile: (name, relays, nowMs) =>
      run(null, nowMs, (context) => {
        createProfile(context, name)
        for (const address of relays) chooseRelay(context, address)
      }),
    step: (state, event, nowMs) => run(state, nowMs, (context) => handle(context, event), event.kind === 'woke'),
    viewOf: (state) => viewOf(ciphers, state),
    autoLockMinutesOf: (state) => autoLockMinutesOf({ transaction: new Transaction(state) }),
    keysOf: (state) => keysOf({ transaction: new Transaction(state) }),
    hasIdleWork: (state) => hasIndexWork({ transaction: new Transaction(state) }),
  }
}
