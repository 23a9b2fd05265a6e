/** A letter does not name its author. By which send capability it came says whose sessions to try first (PROTOCOL §8.56). */
import { acceptBundle, bundleFor, openWithSessions, sealWithSessions, type SessionSet, startSession } from '@sotto/crypto'
import { loadSodiumPrimitives, type Primitives } from '@sotto/crypto/primitives'
import { createMailboxClient } from '@sotto/mailbox'
import { LIMITS } from '@sotto/wire'
import { expect, it } from 'vitest'
import { createPerson } from '../../../crypto/src/test-support/people.ts'
import { preKeyStoreOf } from '../identity/pre-key-rows.ts'
import { createCore } from '../index.ts'
import { CONTACT, SELF, Transaction } from '../inside.ts'
import { sendCapabilityFor } from '../links/inbox.ts'
import { openLetter } from '../sessions/open-letters.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { receiveLetter } from './letters.ts'

const NOW_MS = 1_800_000_000_000
const RELAY = '/ip4/127.0.0.1/tcp/4201/ws/p2p/12D3KooWQ7fYbq3vN8hLrT2mXcJ5pUeK9sWdZaGtRyHnBvMxPoLi'
const MEMBERS = 100
/** No device was granted this one. */
const UNKNOWN = 2 ** 20

/** A device in whose inbox many others leave letters, each in a session that both have, and how often it tries a key. */
async function manyWriters() {
  let tries = 0
  const real = await loadSodiumPrimitives()
  const { open } = real.xchacha20Poly1305
  const counting: Primitives = { ...real, xchacha20Poly1305: { ...real.xchacha20Poly1305, open: (...what) => (tries++, open(...what)) } }
  const provider = { primitives: counting, random: (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length)) }
  const transaction = new Transaction(createCore(provider).createProfile('Reader', [RELAY], NOW_MS).state)
  const context: Context = {
    provider,
    mailbox: createMailboxClient(counting),
    transaction,
    relayNames: new Map(),
    oneTimePreKeys: LIMITS.oneTimePreKeys,
    ciphers: new Map(),
    newGroupCipher: 'sender-keys',
    nowMs: NOW_MS,
    histories: [],
    dropHistories: [],
    eraseKeys: [],
    effects: [],
    internalEvents: [],
    relayEvents: [],
  }
  const self = transaction.get(SELF, 'self')
  if (self === undefined) throw new Error('no profile')
  /** How often it tries a key until it has opened a record of this device. */
  const triesFor = (record: Uint8Array, device: string, capability: number | null): number => {
    const [before, triesBefore] = [transaction.get(CONTACT, device)?.sessions, tries]
    receiveLetter(context, record, capability)
    expect(transaction.get(CONTACT, device)?.sessions).not.toBe(before)
    return tries - triesBefore
  }
  const writers = Array.from({ length: MEMBERS }, (_, i) => {
    const person = createPerson(provider, NOW_MS)
    const store = preKeyStoreOf(transaction)
    if (store === undefined) throw new Error('no prekeys')
    const bundle = acceptBundle(counting, bundleFor(store, self.certificate).bundle, NOW_MS)
    if ('code' in bundle) throw new Error(bundle.code)
    let sessions: SessionSet = startSession(provider, person, bundle, null, NOW_MS)
    const write = (): Uint8Array => {
      const sealed = sealWithSessions(provider, sessions, new Uint8Array(40).fill(i), NOW_MS, 0)
      sessions = sealed.sessions
      return sealed.record
    }
    const device = textOf(person.device)
    // Not as a stranger: of those only few are kept.
    expect(openLetter(context, write(), { likely: [], others: true }).outcome).toBe('opened')
    const contact = transaction.get(CONTACT, device)
    if (contact === undefined || contact.sessions === null) throw new Error('no contact')
    // Once it has an answer, its letters do not name their session any more.
    const answer = sealWithSessions(provider, contact.sessions, new Uint8Array(8), NOW_MS, 0)
    transaction.put(CONTACT, [device], { ...contact, sessions: answer.sessions })
    const heard = openWithSessions(provider, sessions, answer.record, NOW_MS)
    if (heard === undefined || 'code' in heard) throw new Error('not heard')
    sessions = heard.sessions
    const granted = sendCapabilityFor(context, [RELAY], device)?.grant?.capability
    if (granted === undefined) throw new Error('nothing granted')
    return { write, device, capability: granted }
  })
  /** Each writes once, those that wrote longest ago first: so none is among the last writers. */
  const round = (capabilityOf: (writer: (typeof writers)[number], at: number) => number | null): number =>
    writers.reduce((sum, writer, at) => sum + triesFor(writer.write(), writer.device, capabilityOf(writer, at)), 0)
  return { round, writers }
}

it('with the number a letter costs one try, and as many as there are devices without it', async () => {
  const { round, writers } = await manyWriters()
  const without = round(() => null)
  const withNumbers = round(({ capability }) => capability)
  const unknown = round(() => UNKNOWN)
  const wrong = round((_, at) => writers[(at + MEMBERS / 2) % MEMBERS]?.capability ?? null)
  // A session has keys for the headers of the present chain and of the next.
  expect(withNumbers).toBeLessThanOrEqual(2 * MEMBERS)
  expect(without).toBeGreaterThan(20 * withNumbers)
  // A relay that lies costs no more than the search there was, and one session more.
  expect(unknown).toBeLessThanOrEqual(1.1 * without)
  expect(wrong).toBeLessThanOrEqual(without + 4 * MEMBERS)
})
