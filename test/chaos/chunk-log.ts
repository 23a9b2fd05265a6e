/** Which chunks of files go over a member's network, a line of a file each: what was written of it outlives the kill of the process. */
import { openSync, readFileSync, writeSync } from 'node:fs'
import { peerFrame } from '@sotto/core/inside'
import type { NetworkPort } from '@sotto/engine'
import { decode, mailboxAnswer, mailboxRequest } from '@sotto/wire'

/** `sent` to a member, `left` at a relay, or `came` from either, whole. */
export type ChunkWay = 'sent' | 'left' | 'came from a member' | 'came from a relay'

export interface LoggedChunk {
  readonly way: ChunkWay
  readonly chunk: number
}

const SEPARATOR = '\t'
const FAULT = 'fault'

/** Where lines go. */
export interface ChunkLog {
  readonly chunk: (way: ChunkWay, chunk: number) => void
  /** What an engine reported. */
  readonly fault: (fault: unknown) => void
}

export function openChunkLog(path: string): ChunkLog {
  const file = openSync(path, 'a', 0o600)
  return {
    chunk: (way, chunk) => void writeSync(file, `${way}${SEPARATOR}${chunk}\n`),
    fault: (fault) => void writeSync(file, `${FAULT}${SEPARATOR}${String(fault).replaceAll('\n', ' ')}\n`),
  }
}

/** The network of a member, whose chunks are logged. */
export function loggedNetwork(network: NetworkPort, log: ChunkLog): NetworkPort {
  /** By the relay: the mailboxes of files, by the request that opens each and by the handle. */
  const opening = new Map<string, Set<number>>()
  const handles = new Map<string, Set<number>>()
  const named = (sets: Map<string, Set<number>>, relay: string): Set<number> => {
    const found = sets.get(relay) ?? new Set<number>()
    sets.set(relay, found)
    return found
  }
  return {
    start: (deliver) =>
      network.start((event) => {
        if (event.kind === 'peerFrameReceived') {
          const frame = decode(peerFrame, event.frame)
          if (frame?.kind === 'chunk') log.chunk('came from a member', frame.number)
        } else if (event.kind === 'relayOpened') {
          opening.delete(event.relay)
          handles.delete(event.relay)
        } else if (event.kind === 'relayFrameReceived') {
          const answer = decode(mailboxAnswer, event.frame)
          if (answer?.kind === 'opened' && named(opening, event.relay).has(answer.request)) named(handles, event.relay).add(answer.handle)
          if (answer?.kind === 'pushed' && named(handles, event.relay).has(answer.handle)) log.chunk('came from a relay', numberOf(answer.body))
        }
        deliver(event)
      }),
    perform: (effect) => {
      if (effect.kind === 'sendPeerFrame') {
        const frame = decode(peerFrame, effect.frame)
        if (frame?.kind === 'chunk') log.chunk('sent', frame.number)
      } else if (effect.kind === 'sendRelayFrame') {
        const request = decode(mailboxRequest, effect.frame)
        if (request?.kind === 'open' && request.keys.kind === 'blob') named(opening, effect.relay).add(request.request)
        if (request?.kind === 'append' && named(handles, effect.relay).has(request.handle)) log.chunk('left', numberOf(request.body))
      }
      network.perform(effect)
    },
    stop: () => network.stop(),
  }
}

/** A record of a file's mailbox begins with the chunk's number (PROTOCOL §14.34). */
const numberOf = (record: Uint8Array): number => Buffer.from(record.buffer, record.byteOffset, record.length).readUInt32BE(0)

export function readChunkLog(path: string): { readonly chunks: readonly LoggedChunk[]; readonly faults: readonly string[] } {
  const chunks: LoggedChunk[] = []
  const faults: string[] = []
  // The last line may be half of one.
  for (const line of readFileSync(path, 'utf8').split('\n').slice(0, -1)) {
    const [what = '', said = ''] = line.split(SEPARATOR)
    if (what === FAULT) faults.push(said)
    else chunks.push({ way: what as ChunkWay, chunk: Number(said) })
  }
  return { chunks, faults }
}
