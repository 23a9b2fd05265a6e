/** Sends a peer the envelopes that it lacks. They are read a part at a time, and bounded for each peer (PROTOCOL §7). */
import { type EpochId, type FieldsOf, LIMITS } from '@sotto/wire'
import { encodePeerFrame, type PeerFrameKind } from '../links/peer-frame.ts'
import { sendEncoded } from '../links/peer-streams.ts'
import { envelopeHistory } from '../messages/kept-envelopes.ts'
import type { Context } from '../state/context.ts'
import { bytesOf } from '../state/names.ts'
import { PEER, SERVED, SERVING } from '../state/tables/links.ts'
import { READ } from '../state/tables/self.ts'
import { envelopes as envelopesFrame } from './frames/envelopes.ts'

/** Sends a frame that a peer asked for, within the peer's share for this time. Returns false if the share is used up. */
export function serve<K extends PeerFrameKind>(context: Context, peer: string, kind: K, fields: FieldsOf<K>): boolean {
  const encoded = encodePeerFrame<K>(kind, fields)
  const before = context.transaction.get(SERVED, peer)
  const isOver = ({ sinceMs }: { readonly sinceMs: number }): boolean => sinceMs + LIMITS.servedMs <= context.nowMs || sinceMs > context.nowMs
  if (before === undefined) for (const { key, value } of context.transaction.scan(SERVED)) if (isOver(value)) context.transaction.delete(SERVED, ...key)
  const share = before === undefined || isOver(before) ? { sinceMs: context.nowMs, bytes: 0 } : before
  if (share.bytes + encoded.length > LIMITS.servedBytes) return false
  context.transaction.put(SERVED, [peer], { ...share, bytes: share.bytes + encoded.length })
  sendEncoded(context, peer, encoded)
  return true
}

/** Envelopes that are read at once for a peer. A guess: some frames. */
const READ_AT_ONCE = 512

/** Begins to read what a peer lacks of an epoch, a few at a time. While that goes on, further requests only add to it. */
export function startServing(context: Context, peer: string, group: string, epoch: string, ids: readonly string[]): void {
  const known = context.transaction.get(SERVING, peer, epoch)
  // A read that was never answered must not block the epoch for ever.
  const serving = known !== undefined && known.atMs + LIMITS.servedMs > context.nowMs ? known : { group, ids: [], next: 0, atMs: context.nowMs }
  const asked = new Set(serving.ids)
  const more = ids.filter((id) => !asked.has(id))
  if (more.length === 0) return
  context.transaction.put(SERVING, [peer, epoch], { ...serving, ids: [...serving.ids, ...more] })
  if (serving !== known) readNext(context, peer, epoch)
}

function readNext(context: Context, peer: string, epoch: string): void {
  const serving = context.transaction.get(SERVING, peer, epoch)
  if (serving === undefined) return
  const { group, ids, next } = serving
  if (next >= ids.length) return stopServing(context, peer, epoch)
  context.transaction.put(SERVING, [peer, epoch], { ...serving, next: next + READ_AT_ONCE, atMs: context.nowMs })
  // Only one read at a time, so its name needs no stored number.
  const read = `serve-${peer}-${epoch}`
  context.transaction.put(READ, [read], { kind: 'serve', peer, epoch })
  context.effects.push({ kind: 'readHistory', read, query: { kind: 'byId', history: envelopeHistory(group), ids: ids.slice(next, next + READ_AT_ONCE) } })
}

/** Ends what is served to a peer: it has everything, used up its share, or is gone. */
export function stopServing(context: Context, peer: string, ...epoch: readonly string[]): void {
  for (const { key } of context.transaction.scan(SERVING, peer))
    if (epoch.length === 0 || epoch.includes(key[1] ?? '')) context.transaction.delete(SERVING, ...key)
}

/** Sends a peer the envelopes that were read for it, as many in a frame as fit, and reads on. */
export function serveEnvelopes(context: Context, peer: string, epoch: string, envelopes: readonly Uint8Array[]): void {
  const isProved = context.transaction.get(PEER, peer)?.epochs.includes(epoch) === true
  const frames = isProved ? framesOf(envelopes) : []
  const isServed = frames.every((batch) => serve(context, peer, envelopesFrame, { epoch: bytesOf<EpochId>(epoch), envelopes: batch }))
  if (isProved && isServed) readNext(context, peer, epoch)
  else stopServing(context, peer, epoch)
}

function framesOf(envelopes: readonly Uint8Array[]): readonly (readonly Uint8Array[])[] {
  const frames: Uint8Array[][] = []
  let bytes = Infinity
  for (const envelope of envelopes) {
    const last = frames.at(-1)
    if (last === undefined || bytes + envelope.length + 4 > LIMITS.recordBytes || last.length >= LIMITS.envelopesServedAtOnce) {
      frames.push([envelope])
      bytes = envelope.length + 4
    } else {
      last.push(envelope)
      bytes += envelope.length + 4
    }
  }
  return frames
}
