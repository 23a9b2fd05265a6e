/** Appends to NATS, many at a time: by the relay's store, by the bare client with the same messages, and through the whole relay. */
import { randomBytes } from 'node:crypto'
import { StorageType, jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import type { StoreCommand } from '@sotto/mailbox'
import { type MailboxId, encode, toBase64url } from '@sotto/wire'
import { placeOf } from '../../../relay-node/src/store/nats/layout.ts'
import { openNatsMailboxStore } from '../../../relay-node/src/store/nats/nats-mailbox-store.ts'
import { storedForm } from '../../../relay-node/src/store/nats/stored-forms.ts'
import { startNatsServers } from '../../../relay-node/src/testing/nats-servers.ts'
import { makeTemporaryFolder } from '../../fixtures/temporary-folder.ts'
import { median } from './figures.ts'
import { inParallel } from './load-clients.ts'
import { BODY_BYTES } from './messages.ts'
import { withProcesses } from './processes.ts'

export interface JetStreamAppends {
  readonly servers: number
  /** A second. */
  readonly store: number
  readonly bare: number
  /** The median of the rounds, in which they take turns. */
  readonly toBare: number
  /** The bare client without message ids, to as many streams without the notices by which relays hear of each other's records. */
  readonly plain: number
  readonly toPlain: number
  /** µs of this process for each. */
  readonly storeCpuUs: number
  readonly bareCpuUs: number
  /** Through sockets and the relay: how many a second, and µs of the relay's processor time. */
  readonly relayPerSecond: number
  readonly relayCpuUs: number
}

const SERVERS = 3
const PARTITIONS = 8
const MAILBOXES = 16
const AT_ONCE = 256
const HOUR_MS = 3_600_000

export async function measureJetStream(appends: number, rounds: number): Promise<JetStreamAppends> {
  const folder = makeTemporaryFolder('bench-nats')
  const cluster = await startNatsServers(SERVERS, folder.path)
  const store = await openNatsMailboxStore({
    servers: cluster.urls,
    credentials: null,
    authority: null,
    replicas: SERVERS,
    partitions: PARTITIONS,
    mostBytes: 2 ** 40,
    onNotice: () => {},
    onUp: () => {},
    onFailed: (fault) => {
      throw fault
    },
  })
  const connection = await connect({ servers: [...cluster.urls] })
  const client = jetstream(connection)
  const manager = await jetstreamManager(connection)
  for (let i = 0; i < PARTITIONS; i++) {
    await manager.streams.add({ name: `plain-${i}`, subjects: [`plain.${i}.*`], num_replicas: SERVERS, storage: StorageType.File })
  }

  /** What one round does: all of them new, made before its clock runs. */
  const records = (): readonly Extract<StoreCommand, { readonly kind: 'append' }>[] => {
    const mailboxes = Array.from({ length: MAILBOXES }, () => new Uint8Array(randomBytes(32)) as MailboxId)
    return Array.from({ length: appends }, (_, i) => ({
      kind: 'append',
      mailbox: mailboxes[i % MAILBOXES] ?? (new Uint8Array(32) as MailboxId),
      capability: 0,
      claim: 'group',
      body: new Uint8Array(randomBytes(BODY_BYTES)),
      dedupe: new Uint8Array(randomBytes(32)),
      expiresMs: Date.now() + HOUR_MS,
      most: { records: 1e9, bytes: 1e12, capabilityRecords: 1e9 },
      longestWaitMs: 1_000,
    }))
  }
  const timed = async (
    work: (record: ReturnType<typeof records>[number]) => Promise<unknown>,
  ): Promise<{ readonly perSecond: number; readonly cpuUs: number }> => {
    const all = records()
    const [before, startMs] = [process.cpuUsage(), performance.now()]
    await inParallel(appends, AT_ONCE, async (i) => {
      const record = all[i]
      if (record !== undefined) await work(record)
    })
    const seconds = (performance.now() - startMs) / 1_000
    const { user, system } = process.cpuUsage(before)
    return { perSecond: appends / seconds, cpuUs: (user + system) / appends }
  }
  const byStore = () =>
    timed(async (record) => {
      const result = await store.executeOne(record, Date.now())
      if (result.kind !== 'appended') throw new Error('an append is refused')
    })
  const byClient = () =>
    timed(({ mailbox, capability, expiresMs, dedupe, body }) =>
      client.publish(placeOf(mailbox, PARTITIONS).records, encode(storedForm, { expiresMs, capability, retention: 0, dedupe, body }), {
        msgID: toBase64url(dedupe),
      }),
    )
  const byPlainClient = () =>
    timed(({ mailbox, body }) => {
      const { name, partition } = placeOf(mailbox, PARTITIONS)
      return client.publish(`plain.${partition}.${name}`, body)
    })

  try {
    const each: Readonly<Record<'ours' | 'bare' | 'plain', Awaited<ReturnType<typeof timed>>>>[] = []
    for (let round = 0; round <= rounds; round++) {
      const [ours, bare, plain] = [await byStore(), await byClient(), await byPlainClient()]
      if (round > 0) each.push({ ours, bare, plain })
    }
    const of = (pick: (round: (typeof each)[number]) => number): number => median(each.map(pick))
    const figures = {
      servers: SERVERS,
      store: of(({ ours }) => ours.perSecond),
      bare: of(({ bare }) => bare.perSecond),
      toBare: of(({ ours, bare }) => ours.perSecond / bare.perSecond),
      plain: of(({ plain }) => plain.perSecond),
      toPlain: of(({ ours, plain }) => ours.perSecond / plain.perSecond),
      storeCpuUs: of(({ ours }) => ours.cpuUs),
      bareCpuUs: of(({ bare }) => bare.cpuUs),
    }
    await store.close()
    return { ...figures, ...(await throughRelay(cluster.urls, folder.path, appends)) }
  } finally {
    await connection.close()
    await cluster.end()
    folder.remove()
  }
}

async function throughRelay(nats: readonly string[], folder: string, requests: number): Promise<Pick<JetStreamAppends, 'relayPerSecond' | 'relayCpuUs'>> {
  return withProcesses({ kind: 'sotto', folder: `${folder}/relay`, nats }, 1, async ({ address, cpuUs }, [load]) => {
    if (load === undefined) throw new Error('no clients')
    const job = { job: 'ask', way: 'mailbox', address, connections: 8, waiting: 32 } as const
    await load.run({ ...job, requests: Math.ceil(requests / 4) })
    const before = await cpuUs()
    const { seconds } = await load.run({ ...job, requests })
    return { relayPerSecond: requests / seconds, relayCpuUs: ((await cpuUs()) - before) / requests }
  })
}
