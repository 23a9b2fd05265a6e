/**
 * What a step works with: the draft of the state, the time of the event, and lists that collect what must be written
 * and what must be performed. One context lives for one step.
 */
import type { Primitives, RandomBytes } from '@sotto/crypto/primitives'
import type { ClientEvent, MailboxClient } from '@sotto/mailbox'
import type { Log } from '@sotto/membership'
import { type DeviceId, fromBase64url, type Operation, toBase64url } from '@sotto/wire'
import type { EngineReply } from './api.ts'
import type { KeyName } from './key-name.ts'
import type { LogQuery, LogRecord, LogWrite } from './log.ts'
import type { NetworkEffect, NetworkEvent } from './network.ts'
import type { EngineRequest } from './api.ts'
import type { Draft } from './table.ts'
import { COUNTER, type Group, type OutboxEntry, TIMER } from './tables.ts'

/** What happened. The engine stamps each with its clock. */
export type Event =
  | NetworkEvent
  /** The engine runs, with the state as loaded. Once, before anything else. */
  | { readonly kind: 'started' }
  /** The engine is about to stop: after this step's commit nothing else is written. */
  | { readonly kind: 'stopping' }
  | { readonly kind: 'requested'; readonly request: string; readonly what: EngineRequest }
  | { readonly kind: 'logRead'; readonly read: string; readonly records: readonly LogRecord[] }
  /** Instead of `logRead`: the storage could not read it. */
  | { readonly kind: 'logFailed'; readonly read: string }
  /** The time asked for with `wakeAt` has come. */
  | { readonly kind: 'woke' }

/** What to do once the step's writes are durable, in this order. */
export type Effect =
  | NetworkEffect
  | { readonly kind: 'reply'; readonly request: string; readonly reply: EngineReply }
  /** Comes back as `logRead` or `logFailed`. */
  | { readonly kind: 'readLog'; readonly read: string; readonly query: LogQuery }
  /** Comes back as `woke`. Replaces an earlier one. */
  | { readonly kind: 'wakeAt'; readonly atMs: number }

export interface Suite {
  readonly primitives: Primitives
  readonly random: RandomBytes
}

export interface CoreOptions {
  /** One-time prekeys of each kind that a relay is given; new ones when a fifth is left. At most `LIMITS.oneTimePreKeys`, the default. */
  readonly oneTimePreKeys?: number
}

/** What a relay's client found, for the rooms that act on it in the same step. `relay` is the relay's name. */
export type News =
  | ({ readonly relay: string } & Exclude<ClientEvent, { readonly kind: 'wakeAt' | 'appended' | 'broken' | 'connected' }>)
  | { readonly kind: 'relayReady'; readonly relay: string }
  /** A relay has this record of ours on its disk. */
  | { readonly kind: 'stored'; readonly entry: OutboxEntry }

/**
 * What changed here, told upwards: the machine hears it once what is under way is done, and before other news
 * (`happenings.ts`). A lower room never calls a higher one.
 */
export type Happening =
  /** Operations came into the log of a group we are in; `before` is the log without them. One at a time for each group. */
  | { readonly kind: 'operationsAdded'; readonly group: string; readonly operations: readonly Operation[]; readonly before: Log }
  /** The group is in this epoch from now on. */
  | { readonly kind: 'epochBegan'; readonly group: string; readonly epoch: string }
  /** A session replaced one in which nothing had come back: what left in that one may never have arrived. */
  | { readonly kind: 'sessionReplaced'; readonly device: DeviceId }
  /** A sender key came or opens more than before, or a removed device's messages were attested. */
  | { readonly kind: 'keyChanged'; readonly name: KeyName }
  /** Somebody named relays at which a group that we are in may be found. */
  | { readonly kind: 'placesNamed'; readonly group: string; readonly relays: readonly string[]; readonly why: 'invite' | 'chosen' }
  /** Messages of these places stand elsewhere than their records in the log. */
  | { readonly kind: 'placesChanged'; readonly group: string; readonly slots: readonly string[] }
  /** This device made the group. */
  | { readonly kind: 'created'; readonly group: string }
  /** This device was let into a group that it had asked for and does not want; `before` is what it had of it. */
  | { readonly kind: 'letInUnwanted'; readonly group: string; readonly before: Group | undefined; readonly by: readonly DeviceId[] }
  /** This device was let into the group. */
  | { readonly kind: 'joined'; readonly group: string }

export interface Context {
  readonly suite: Suite
  readonly mailbox: MailboxClient
  readonly draft: Draft
  /** Names of relays by their addresses: a pure function's results, kept. */
  readonly relayNames: Map<string, string>
  /** `CoreOptions.oneTimePreKeys`. */
  readonly oneTimePreKeys: number
  readonly nowMs: number
  readonly logs: LogWrite[]
  readonly dropLogs: string[]
  readonly effects: Effect[]
  readonly happenings: Happening[]
  readonly news: News[]
}

/** Tells the machine what changed. Operations that come while others of their group wait to be heard join those. */
export function tell(context: Context, happening: Happening): void {
  const at = happening.kind === 'operationsAdded' ? context.happenings.findIndex((each) => each.kind === 'operationsAdded' && each.group === happening.group) : -1
  const waiting = context.happenings[at]
  if (happening.kind !== 'operationsAdded' || waiting?.kind !== 'operationsAdded') context.happenings.push(happening)
  else context.happenings[at] = { ...waiting, operations: [...waiting.operations, ...happening.operations] }
}

/** The text form of an id, as it stands in row keys and in the pages' API. */
export const textOf = (id: Uint8Array): string => toBase64url(id)

/** The id of a text form that this machine wrote itself. Throws on any other: a fault. */
export function bytesOf<T extends Uint8Array = Uint8Array>(text: string): T {
  const bytes = fromBase64url(text)
  if (bytes === undefined) throw new TypeError('a row key is no base64url text')
  return bytes as T
}

/** A number that this device never used before, ascending. */
export function nextNumber(context: Context): number {
  const { next } = context.draft.get(COUNTER, 'self') ?? { next: 1 }
  context.draft.put(COUNTER, ['self'], { next: next + 1 })
  return next
}

/** Calls `onTimer(name)` not before `atMs`. A later call with the same name replaces the time; `earliest` keeps the sooner. */
export function setTimer(context: Context, name: TimerName, atMs: number, keep: 'replace' | 'earliest' = 'replace'): void {
  const before = context.draft.get(TIMER, name)
  if (keep === 'earliest' && before !== undefined && before.atMs <= atMs) return
  context.draft.put(TIMER, [name], { atMs })
}

/** What can be due. One timer each: what exactly is due stands in rows. */
export type TimerName =
  | 'outbox'
  | 'keyRequests'
  | 'secrets'
  | 'joins'
  | 'reconcile'
  | 'acknowledge'
  | 'crowded'
  | 'lone'
  | 'receipts'
  | 'admissions'
  | 'announce'
  | 'preKeys'
  | 'expiry'
  | 'relays'
  | `mailbox-${string}`
