/** The streams of a cluster's relays: made by the first of them, found by the others, and how they name the store's life. */
import { createHash, randomBytes } from 'node:crypto'
import { DiscardPolicy, JetStreamApiError, type JetStreamManager, RetentionPolicy, StorageType, type StreamInfo } from '@nats-io/jetstream'
import { LIMITS } from '@sotto/wire'
import { LAYOUT_VERSION, SHARED_STREAM, SHARED_SUBJECTS, keysIn, noticesIn, recordsIn, streamOf } from './layout.ts'
import { CannotOpen, NAME_IN_USE, NO_SUCH_STREAM } from './store-faults.ts'

const DAY_MS = 24 * 60 * 60_000
const NANOSECONDS = 1_000_000
/** Relays erase what has expired. What they did not come to, the servers delete, without overwriting it, this much later. A guess. */
const LATEST_MS = LIMITS.retentionMs + 2 * DAY_MS
/** How long the servers recognise a message by its id. What comes again later is recognised by the relay's index, and by readers. */
const DUPLICATES_MS = 2 * 60_000

export interface Streams {
  readonly partitions: number
  /** As they were found. */
  readonly found: StreamsSummary
  /** As they are now. */
  readonly look: () => Promise<StreamsSummary>
}

export interface StreamsSummary {
  /** 16 bytes that are others as soon as one of the streams was made again. */
  readonly incarnation: Uint8Array
  /** Bytes that all mailboxes take, on one replica. */
  readonly usedBytes: number
}

/** Each has to agree on a leader, which takes a while. A guess: more at once slow each other down. */
const MADE_AT_ONCE = 16

/** What stands in a stream's description: by it a stream that was deleted and made again is told from the first. */
const describe = (partitions: number): string => `sotto ${LAYOUT_VERSION} ${partitions} ${randomBytes(16).toString('hex')}`
const described = (info: StreamInfo): { readonly version: number; readonly partitions: number } => {
  const [word, version, partitions] = (info.config.description ?? '').split(' ')
  if (word !== 'sotto') throw new CannotOpen('NATS_STREAMS')
  return { version: Number(version), partitions: Number(partitions) }
}

/** May be tried again. Rejects with `CannotOpen` where that is of no use. */
export async function openStreams(manager: JetStreamManager, options: { readonly partitions: number; readonly replicas: number }): Promise<Streams> {
  const shared = await findOrMake(manager, {
    name: SHARED_STREAM,
    subjects: [SHARED_SUBJECTS],
    description: describe(options.partitions),
    num_replicas: options.replicas,
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.Old,
    max_msgs_per_subject: 1,
    allow_direct: true,
  })
  const { version, partitions } = described(shared)
  if (version > LAYOUT_VERSION) throw new CannotOpen('STORE_TOO_NEW')
  const configurationOf = (partition: number): Configuration => ({
    name: streamOf(partition),
    subjects: [recordsIn(partition), keysIn(partition)],
    description: describe(partitions),
    num_replicas: options.replicas,
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.New,
    discard_new_per_subject: true,
    max_msgs_per_subject: LIMITS.groupMailboxRecords,
    max_age: LATEST_MS * NANOSECONDS,
    duplicate_window: DUPLICATES_MS * NANOSECONDS,
    allow_direct: true,
    republish: { src: recordsIn(partition), dest: noticesIn(partition) },
  })
  const found = await inParts(partitions, (partition) => findOrMake(manager, configurationOf(partition)))
  if (found.some((info) => described(info).partitions !== partitions)) throw new CannotOpen('NATS_STREAMS')
  return {
    partitions,
    found: summaryOf(found),
    look: async () => summaryOf(await inParts(partitions, (partition) => manager.streams.info(streamOf(partition)))),
  }
}

function summaryOf(infos: readonly StreamInfo[]): StreamsSummary {
  const hash = createHash('sha256')
  for (const { config } of infos) hash.update(`${config.name} ${config.description ?? ''}\n`)
  return { incarnation: new Uint8Array(hash.digest().subarray(0, 16)), usedBytes: infos.reduce((sum, { state }) => sum + state.bytes, 0) }
}

/** The results for each partition, in order, of a few at a time. */
async function inParts<T>(partitions: number, work: (partition: number) => Promise<T>): Promise<readonly T[]> {
  const results: T[] = []
  for (let from = 0; from < partitions; from += MADE_AT_ONCE) {
    const some = Array.from({ length: Math.min(MADE_AT_ONCE, partitions - from) }, (_, i) => work(from + i))
    results.push(...(await Promise.all(some)))
  }
  return results
}

type Configuration = Parameters<JetStreamManager['streams']['add']>[0]

/** Of several relays that start at once one makes the stream. */
async function findOrMake(manager: JetStreamManager, configuration: Configuration): Promise<StreamInfo> {
  try {
    return await manager.streams.info(configuration.name)
  } catch (fault) {
    if (!(fault instanceof JetStreamApiError && fault.code === NO_SUCH_STREAM)) throw fault
  }
  try {
    return await manager.streams.add(configuration)
  } catch (fault) {
    if (fault instanceof JetStreamApiError && fault.code === NAME_IN_USE) return manager.streams.info(configuration.name)
    throw fault
  }
}
