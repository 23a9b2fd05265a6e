/**
 * Members compare what one device sent them (PROTOCOL §4, §13.52). Each message takes along what its author was sent lately by the
 * others: places, and hashes of the contents there. So one that sends different people different things in the same place is
 * noticed by the first of them who hears from another. It is a member's word against another's, and is told as that.
 */
import { compareBytes, equalBytes, LIMITS } from '@sotto/wire'
import { rosterOf } from '../../groups/group-log.ts'
import { selfOf } from '../../identity/profile.ts'
import { type Context, tell } from '../../state/context.ts'
import { bytesOf, type MessagePlace, type Sender, textOf } from '../../state/names.ts'
import { SIGHTINGS, type Sightings } from '../../state/tables/pairwise.ts'
import type { PairwiseMessage } from './control-messages/pairwise-message.ts'

type Told = PairwiseMessage['sightings']

/** Two people have nobody to compare with. */
const FEWEST_MEMBERS = 3

/** A message came from a device: others will be told what it was. */
export function noteSighting(context: Context, { group, epoch, device, keyId, iteration }: MessagePlace, content: Uint8Array): void {
  if (rosterOf(context, group).members.length < FEWEST_MEMBERS) return
  const name = [group, epoch, textOf(device)]
  const { messages, isKnown } = context.transaction.get(SIGHTINGS, ...name) ?? { messages: [], isKnown: false }
  const one: Sightings['messages'][number] = {
    keyId,
    iteration,
    hash: context.provider.primitives.sha256(content).slice(0, LIMITS.sightingBytes),
    isTold: false,
  }
  context.transaction.put(SIGHTINGS, name, { messages: [...messages, one].slice(-LIMITS.sightingsKept), isKnown })
}

/** What is told with the next message of the epoch: the newest that were not told before. */
export function takeSightings(context: Context, group: string, epoch: string): Told {
  const taken: Told[number][] = []
  for (const { key, value } of context.transaction.scan(SIGHTINGS, group, epoch)) {
    const device = bytesOf<Told[number]['device']>(key[2] ?? '')
    const untold = value.messages.filter(({ isTold }) => !isTold).slice(taken.length - LIMITS.sightingsTold)
    if (untold.length === 0 || taken.length >= LIMITS.sightingsTold) continue
    taken.push(...untold.map(({ keyId, iteration, hash }) => ({ device, keyId, iteration, hash })))
    context.transaction.put(SIGHTINGS, key, { ...value, messages: value.messages.map((each) => (untold.includes(each) ? { ...each, isTold: true } : each)) })
  }
  return taken
}

/** A member says what it was sent. The person is told once for each device and epoch where that is something else than what came here. */
export function compareSightings(context: Context, from: Sender, { group: id, epoch, sightings }: PairwiseMessage): void {
  const group = textOf(id)
  for (const { device, keyId, iteration, hash } of sightings) {
    if (equalBytes(device, from.device) || equalBytes(device, selfOf(context).device)) continue
    const name = [group, textOf(epoch), textOf(device)]
    const ours = context.transaction.get(SIGHTINGS, ...name)
    const same = ours?.messages.find((each) => each.keyId === keyId && each.iteration === iteration)
    const about = rosterOf(context, group).accountOf(device)
    if (ours === undefined || ours.isKnown || same === undefined || about === undefined || compareBytes(same.hash, hash) === 0) continue
    context.transaction.put(SIGHTINGS, name, { ...ours, isKnown: true })
    tell(context, { kind: 'contentsDiffer', group, about, by: from.account })
  }
}
