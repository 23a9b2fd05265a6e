/** What the processes of the relay's benchmarks say to each other. Bytes go as base64, since that is what a channel of JSON takes. */

/** What a server under measurement is. All are made from the same libraries. */
export type ServerKind =
  /** Our relay, with its store in a folder or in NATS, and with the budgets of an address raised: on loopback there is only one. */
  | {
      readonly kind: 'sotto'
      readonly folder: string
      readonly nats: readonly string[] | null /** The largest file, as the operator says. */
      readonly fileBytes?: number
    }
  /** js-libp2p with gossipsub as it comes, subscribed to the topic, or with that many peers in its mesh. */
  | { readonly kind: 'gossip'; readonly degree: number | null }
  /** js-libp2p with circuits, and two protocols without rules: one echoes frames, and one passes each on to all others. */
  | { readonly kind: 'bare' }

/** Once the garbage is collected. */
export interface Memory {
  readonly residentBytes: number
  readonly heapBytes: number
}

/** How frames reach subscribers. */
export type Way = 'mailbox' | 'gossip' | 'fanout'

/** A group mailbox, by the seeds of its two keys, in hexadecimal. */
export interface GroupSeeds {
  readonly read: string
  readonly append: string
}

export type Job =
  /** Connections that stay until the process ends. */
  | { readonly job: 'connect'; readonly address: string; readonly count: number; readonly atOnce: number; readonly reserves: boolean; readonly opens: boolean }
  /** Each connection of `connect` is pinged as Sotto's clients do it, evenly spread, for so long. */
  | { readonly job: 'ping'; readonly everyMs: number; readonly forMs: number }
  | { readonly job: 'subscribe'; readonly way: Way; readonly address: string; readonly group: GroupSeeds; readonly count: number }
  /** What `subscribe` has received since the last time, once that is quiet. */
  | { readonly job: 'received'; readonly quietMs: number }
  | {
      readonly job: 'publish'
      readonly way: Way
      readonly address: string
      readonly group: GroupSeeds /** Number of the first: a subscriber counts each number once. */
      readonly from: number
      readonly messages: number
      readonly everyMs: number
    }
  /** Appends at a rate, whatever is answered. */
  | { readonly job: 'append'; readonly addresses: readonly string[]; readonly connections: number; readonly perSecond: number; readonly forMs: number }
  /** Requests with answers: so many waiting at a time on each connection. */
  | {
      readonly job: 'ask'
      readonly way: 'mailbox' | 'echo'
      readonly address: string
      readonly connections: number
      readonly waiting: number
      readonly requests: number
    }
  | {
      readonly job: 'read'
      readonly way: 'read' | 'subscribe' | 'stream'
      readonly address: string
      readonly group: GroupSeeds
      readonly records: number
      readonly times: number
    }

export interface Received {
  readonly messages: number
  /** From the publisher's clock to the subscriber's, ms. Both are the machine's. */
  readonly p50Ms: number
  readonly p99Ms: number
}

/** What a job is answered with: seconds that it took, what was received, or how many appends were acknowledged and how late. */
export interface JobResult {
  readonly seconds: number
  readonly sent?: number
  readonly received?: Received
}

/** `cpu` is answered with the processor time of all its threads since it started, µs. */
export type ToServer = { readonly ask: 'cpu' | 'memory' }
export type FromServer = { readonly listening: readonly string[] } | { readonly cpuUs: number } | { readonly memory: Memory }
export type FromLoad = { readonly ready: true } | { readonly result: JobResult } | { readonly fault: string }

/** On the ladder of lengths. */
export const BODY_BYTES = 1_024
/** As many as an answer to an append has, with its length. */
export const ANSWER_BYTES = 11
export const ECHO_PROTOCOL = '/bench/echo/1'
export const FANOUT_PROTOCOL = '/bench/fanout/1'
/** Sends the number of records that it is asked for. */
export const STREAM_PROTOCOL = '/bench/stream/1'
export const TOPIC = 'bench'

/** A clock that all processes of a machine share, ms. */
export const sharedMs = (): number => Number(process.hrtime.bigint()) / 1e6

/** Stock gossipsub but for signatures, which Sotto's gossip has none of, and for its score of addresses: on loopback all peers have one. */
export const GOSSIP = { globalSignaturePolicy: 'StrictNoSign', scoreParams: { IPColocationFactorWeight: 0 } } as const
