/** Which peer a device uses, by its own announcements. */
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { PEER, WHEREABOUTS } from '../state/tables/links.ts'

/** The connected peer that a device announced as its own. */
export function peerOf(context: Context, device: Uint8Array): string | undefined {
  const where = context.transaction.get(WHEREABOUTS, textOf(device))
  return where !== undefined && context.transaction.get(PEER, where.peer) !== undefined ? where.peer : undefined
}

/** The device that announced this peer as its own. */
export const deviceBehind = (context: Context, peer: string): string | undefined =>
  context.transaction.scan(WHEREABOUTS).find(({ value }) => value.peer === peer)?.key[0]
