/** Which peer a device is behind, by what it announced. */
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { PEER, WHEREABOUTS } from '../state/tables/links.ts'

/** The connected peer that is behind a device, as far as its own word goes. */
export function peerOf(context: Context, device: Uint8Array): string | undefined {
  const where = context.transaction.get(WHEREABOUTS, textOf(device))
  return where !== undefined && context.transaction.get(PEER, where.peer) !== undefined ? where.peer : undefined
}

/** The device that says of itself that it is behind a peer. */
export const deviceBehind = (context: Context, peer: string): string | undefined =>
  context.transaction.scan(WHEREABOUTS).find(({ value }) => value.peer === peer)?.key[0]
