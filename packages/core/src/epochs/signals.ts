/**
 * What is said now and kept nowhere: signed by its device, sealed under the epoch's signals key, pushed by the group's relays to who
 * is connected, and gossiped. No relay stores it, and it passes no ratchet (PROTOCOL §7, §13.43).
 */
import { openSignal, sealSignal } from '@sotto/crypto'
import { decode, encode, type EpochId, type Signal, signal as signalCodec, type SignalBody, signalSigningInput } from '@sotto/wire'
import { selfOf } from '../identity/profile.ts'
import { signal } from '../links/relay-client.ts'
import { relayName } from '../links/relay-links.ts'
import type { Context } from '../state/context.ts'
import { bytesOf, textOf } from '../state/names.ts'
import { EPOCH_KEYS, GROUP } from '../state/tables/groups.ts'
import { PEER, RELAY_LINK } from '../state/tables/links.ts'
import { epochMailbox, type OpenEpoch } from './epoch-keys.ts'

/** Says something to those who are connected now. `isGossiped`: also to connected peers, past the relays. */
export function saySignal(context: Context, { group, id, epoch }: OpenEpoch, body: SignalBody, atMs: number, isGossiped: boolean): void {
  const self = selfOf(context)
  const { ed25519 } = context.provider.primitives
  const said = { epoch: bytesOf<EpochId>(id), device: self.device, atMs, body }
  const signature = ed25519.sign(signalSigningInput(said), ed25519.keyPairFromSeed(self.deviceSeed))
  const sealed = sealSignal(context.provider, epoch.signalsKey, encode(signalCodec, { said, signature }))
  for (const relay of context.transaction.get(GROUP, group)?.relays ?? []) signal(context, relay, epochMailbox(context, epoch, relay), sealed)
  if (isGossiped) context.effects.push({ kind: 'publish', topic: textOf(epoch.topic), data: sealed })
}

/** Whether anybody could hear a signal now. */
export function isHeardBySome(context: Context, { group, id }: OpenEpoch): boolean {
  const relays = context.transaction.get(GROUP, group)?.relays ?? []
  return (
    relays.some((address) => context.transaction.get(RELAY_LINK, relayName(context, address))?.state === 'connected') ||
    context.transaction.scan(PEER).some(({ value }) => value.epochs.includes(id))
  )
}

/** What is in a sealed signal of an epoch; `undefined`: it is none of that epoch. Whose word it is must be verified. */
export function signalIn(context: Context, group: string, epoch: string, sealed: Uint8Array): Signal | undefined {
  const keys = context.transaction.get(EPOCH_KEYS, group, epoch)
  const opened = keys === undefined ? undefined : openSignal(context.provider.primitives, keys.signalsKey, sealed)
  const read = opened === undefined ? undefined : decode(signalCodec, opened)
  return read !== undefined && textOf(read.said.epoch) === epoch ? read : undefined
}

/** Whether its device said it. */
export const isSaidByDevice = (context: Context, { said, signature }: Signal): boolean =>
  context.provider.primitives.ed25519.verify(signature, signalSigningInput(said), said.device)
