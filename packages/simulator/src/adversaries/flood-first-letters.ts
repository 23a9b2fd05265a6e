/**
 * First letters, each of a session of its own, that use up no one-time prekey: of devices that nobody has, and of its own. They lie in
 * the inboxes that the log names, and come to every connected peer. They ask for things, and name a relay to dial.
 */
import { type AcceptedBundle, type OwnIdentity, sealWithSessions, startSession } from '@sotto/crypto'
import { letter, peerFrame, SELF } from '@sotto/core/inside'
import { encode, type InboxAddress, LIMITS } from '@sotto/wire'
import { groupIdOf } from '../peer-knowledge.ts'
import type { Adversary } from './adversary.ts'
import { InboxClient } from './inbox-client.ts'
import { makeUpDevice } from './made-up-device.ts'
import { TRAP } from './name-relays.ts'

const OF_OTHERS = 40
/** More than a device's share. */
const OF_ITSELF = LIMITS.initialMessagesOfDevice + 16

export function floodFirstLetters(by: Adversary, group: string): void {
  const self = by.transaction().get(SELF, 'self')
  if (self === undefined) return
  const itself: OwnIdentity = { certificate: self.certificate, deviceDh: by.primitives.x25519.keyPairFromSeed(self.deviceDhSeed) }
  for (const inbox of by.othersInboxes(group)) {
    const client = InboxClient.open(by, inbox)
    const bundle = client === null ? null : lastResort(client)
    if (client !== null && bundle !== null) {
      // In another's inbox, at a relay that no honest peer may dial.
      const trap = { ...inbox, relays: [TRAP] }
      for (let i = 0; i < OF_OTHERS + OF_ITSELF; i++) {
        const record =
          i < OF_OTHERS ? firstLetter(by, group, bundle, makeUpDevice(by).identity, trap) : firstLetter(by, group, bundle, itself, by.isRemoved ? trap : inbox)
        by.taken.firstLetters++
        if (i % 2 === 0) client.leave(record)
        else
          for (const peer of by.network.peersOf(by.peer))
            by.network.perform(by.peer, { kind: 'sendPeerFrame', peer, frame: encode(peerFrame, { kind: 'letter', record }) })
      }
    }
    client?.close()
  }
}

/** Prekeys that are used up by no session: those that are left when the one-time ones are taken. */
function lastResort(client: InboxClient): AcceptedBundle | null {
  for (let i = 0; i < LIMITS.preKeyFetchesPerMinute; i++) {
    const bundle = client.takeBundle()
    if (bundle === null || bundle.oneTimePreKeys.length === 0) return bundle
  }
  return null
}

function firstLetter(by: Adversary, group: string, bundle: AcceptedBundle, from: OwnIdentity, saidInbox: InboxAddress): Uint8Array {
  const provider = { primitives: by.primitives, random: by.random.bytes }
  const sessions = startSession(provider, from, bundle, null, by.nowMs())
  const epoch = by.epochOf(group) ?? (by.random.bytes(32) as never)
  const place = { group: groupIdOf(group), epoch, keyId: by.random.below(9) }
  const plaintext = encode(letter, [
    { kind: 'address', address: saidInbox },
    { kind: 'distribution', group: place.group, epoch, distribution: by.random.bytes(200), name: 'A friend', nameRevision: 1, title: 'Another group' },
    { kind: 'keyRequest', ...place, iterations: [{ from: 0, to: 60_000 }] },
    { kind: 'logHeads', group: place.group, heads: [by.random.bytes(32) as never], earlier: [], isAnswer: false },
  ])
  return sealWithSessions(provider, sessions, plaintext, by.nowMs(), 0).record
}
