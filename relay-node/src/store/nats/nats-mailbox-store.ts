/**
 * The relay's store on NATS JetStream, which any number of relays share. A result means that a quorum of the servers has
 * it. The commands for one mailbox take effect in order, those for several side by side.
 */
import type { AsyncMailboxStore, RelayWord, StoreCommand, StoreNotice, StoreResult } from '@sotto/mailbox'
import { FULL_DISK_RETRY_MS } from '@sotto/mailbox'
import type { MailboxId } from '@sotto/wire'
import { createDiskBudget } from './disk-budget.ts'
import { PARTITIONS, type Place, SHARED_STREAM, TIME_SUBJECT } from './layout.ts'
import { type NatsServers, openLink } from './nats-link.ts'
import { createNatsKeys } from './nats-keys.ts'
import { createNatsRecords } from './nats-records.ts'
import { type OpenMailboxes, createOpenMailboxes } from './open-mailboxes.ts'
import { createRunningRelays } from './running-relays.ts'
import { NoRoom, StoreAway, patiently } from './store-faults.ts'
import { openStreams } from './streams.ts'
import { createSweeper } from './sweeper.ts'
import { createTurns } from './turns.ts'

export interface NatsMailboxStoreOptions extends NatsServers {
  /** Copies of each message where the streams are made: 3, or 1 for a single server. */
  readonly replicas: number
  /** Where the streams are made. Default: 64. */
  readonly partitions?: number
  /** What the mailboxes of all relays may take on one replica. A tenth of it is reserved (`RESERVED_SHARE`). */
  readonly mostBytes: number
  readonly onNotice: (notice: StoreNotice) => void
  /** The servers are gone, or there again. */
  readonly onUp: (isUp: boolean) => void
  /** The streams were made again, or the connection ended for good: nothing that was promised holds. */
  readonly onFailed: (fault: unknown) => void
}

export interface NatsMailboxStore extends AsyncMailboxStore {
  /** One command. Never rejects for want of servers: it is refused. */
  readonly executeOne: (command: StoreCommand, nowMs: number) => Promise<StoreResult>
  /** The latest time that a relay has written down; null: the store is new. */
  readonly lastKnownMs: () => number | null
  /** Writes the time down, looks how full the disks are, and whether the store is the same. Resolves with whether a quorum answered. */
  readonly beat: (nowMs: number) => Promise<boolean>
  readonly watch: (mailbox: MailboxId, isWatched: boolean) => void
  readonly tell: (mailbox: MailboxId, word: RelayWord) => void
  readonly close: () => Promise<void>
}

/** What was refused because the servers are away is worth another try after this. A guess: electing a leader takes a few seconds. */
const AWAY_RETRY_MS = 1_000

/** Rejects with `CannotOpen`. */
export async function openNatsMailboxStore(options: NatsMailboxStoreOptions): Promise<NatsMailboxStore> {
  /** null: there are none yet, and nothing can have been missed. */
  let watching: OpenMailboxes | null = null
  const link = await openLink(options, {
    onUp: (isUp) => {
      watching?.onMissed(isUp)
      options.onUp(isUp)
    },
    onEnded: options.onFailed,
  })
  const opened = async () => {
    const streams = await patiently(() => openStreams(link.manager, { partitions: options.partitions ?? PARTITIONS, replicas: options.replicas }))
    const written = await patiently(() => link.lastOfLeader(SHARED_STREAM, TIME_SUBJECT))
    const lastKnownMs = written === null ? null : Number(new TextDecoder().decode(written.data))
    return { streams, lastKnownMs }
  }
  const { streams, lastKnownMs } = await opened().catch(async (fault: unknown) => {
    await link.close()
    throw fault
  })
  const { partitions } = streams
  const { incarnation } = streams.found
  const disk = createDiskBudget(options.mostBytes, streams.found.usedBytes)
  const mailboxes = createOpenMailboxes(link, partitions, options.onNotice)
  watching = mailboxes

  const keys = createNatsKeys({ link, disk, hasRecords: (place) => records.hasRecords(place) })
  const records = createNatsRecords({ link, mailboxes, disk, hasKeys: keys.isPublished })
  const sweeper = createSweeper({ link, disk, partitions, dropKeys: keys.drop })
  const running = createRunningRelays(link)
  const turns = createTurns()
  const underway = new Set<Promise<unknown>>()

  const perform = async (place: Place, command: StoreCommand, nowMs: number): Promise<StoreResult> => {
    switch (command.kind) {
      case 'append':
        return records.append(place, command, nowMs)
      case 'read':
        return records.read(place, command, nowMs)
      case 'acknowledge':
        await records.deleteUpTo(place, command.upTo)
        return { kind: 'done' }
      case 'drop':
        await records.deleteUpTo(place, Number.MAX_SAFE_INTEGER)
        await keys.drop(place)
        return { kind: 'done' }
      case 'publishKeys':
        return keys.publish(place, command, nowMs)
      case 'fetchKeys':
        return keys.fetch(place, command.pop, nowMs)
      case 'countKeys':
        return { kind: 'keysLeft', left: await keys.count(place, nowMs) }
    }
  }

  const refusal = (place: Place, command: StoreCommand, fault: unknown): StoreResult => {
    if (fault instanceof NoRoom && fault.of === 'disk') return { kind: 'refused', code: 'diskFull', retryAfterMs: FULL_DISK_RETRY_MS }
    if (fault instanceof NoRoom) return { kind: 'refused', code: 'full', retryAfterMs: command.kind === 'append' ? command.longestWaitMs : AWAY_RETRY_MS }
    if (!(fault instanceof StoreAway)) throw fault
    if (command.kind === 'read') mailboxes.tryLater(place)
    return { kind: 'refused', code: 'storeAway', retryAfterMs: AWAY_RETRY_MS }
  }

  /** Commands of these kinds disturb no other of their kind. */
  const together = ({ kind }: StoreCommand): string | null => (kind === 'append' || kind === 'read' || kind === 'countKeys' ? kind : null)

  const executeOne = async (command: StoreCommand, nowMs: number): Promise<StoreResult> => {
    const place = mailboxes.placeOf(command.mailbox)
    // Nobody waits behind servers that are known to be away.
    if (!link.isUp()) return refusal(place, command, new StoreAway('no connection'))
    const result = turns(place.name, together(command), () => perform(place, command, nowMs)).catch((fault: unknown) => refusal(place, command, fault))
    underway.add(result)
    return result.finally(() => underway.delete(result))
  }

  let beats = 0
  return {
    incarnation: () => incarnation,
    executeOne,
    execute: (commands, nowMs) => Promise.all(commands.map((command) => executeOne(command, nowMs))),
    expire: async (nowMs, most) => {
      try {
        return await sweeper.sweep(nowMs, most, running.isOurs)
      } catch (fault) {
        if (fault instanceof StoreAway || fault instanceof NoRoom) return 0
        throw fault
      }
    },
    lastKnownMs: () => lastKnownMs,
    beat: async (nowMs) => {
      try {
        await link.publish(TIME_SUBJECT, new TextEncoder().encode(String(Math.round(nowMs))))
        beats += 1
        if (beats % BEATS_FOR_A_LOOK === 0) await lookAround()
        return true
      } catch {
        return false
      }
    },
    watch: mailboxes.watch,
    tell: mailboxes.tell,
    close: async () => {
      running.close()
      await Promise.allSettled(underway)
      mailboxes.close()
      await link.close()
    },
  }

  async function lookAround(): Promise<void> {
    const askedAt = disk.mark()
    const now = await streams.look()
    disk.learn(now.usedBytes, askedAt)
    if (Buffer.compare(now.incarnation, incarnation) !== 0) options.onFailed(new Error('the streams of the store were made again'))
  }
}

/** How often the servers are asked how full they are, and whether the streams are the same: each so many beats. A guess. */
const BEATS_FOR_A_LOOK = 10
