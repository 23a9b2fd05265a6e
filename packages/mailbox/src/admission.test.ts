/** A relay that is not open to everybody: who is let in, for how long, and what everybody else gets (PROTOCOL §8.80). */
import { type AdmissionToken, LIMITS, type MailboxAnswer, decode, encode, mailboxAnswer, mailboxRequest } from '@sotto/wire'
import { expect, test } from 'vitest'
import { admissionDay, makeAdmissionToken } from './server/admissions.ts'
import { createMailboxServer } from './server/create-mailbox-server.ts'
import type { ServerOutput } from './server/mailbox-server.ts'
import { createMemoryMailboxStore } from './store/memory-mailbox-store.ts'
import { type Person, countingBytes, createWorld, credentialsOf, primitives } from './testing/story-world.ts'

const DAY = 86_400_000
const KEY = new Uint8Array(32).fill(7)
const group = credentialsOf('group', 'group')

/** A token that lets two devices in for 30 days from the beginning of the world. */
const token = (change: Partial<Omit<AdmissionToken, 'tag' | 'version'>> = {}, key = KEY): AdmissionToken =>
  makeAdmissionToken(primitives, key, { number: 7, devices: 2, expiresDay: admissionDay(1_000_000) + 30, ...change })

const world = (revoked: readonly number[] = []) => createWorld({}, undefined, { key: KEY, revoked: new Set(revoked) })

/** Connects again, with this token. */
function show(person: Person, shown: AdmissionToken | null): Person {
  person.disconnect()
  person.connect(person.name, shown)
  return person
}
const kinds = (person: Person): readonly string[] => person.events.map(({ kind }) => kind)
const renewedOf = (person: Person): AdmissionToken => {
  const event = person.events.findLast(({ kind }) => kind === 'admitted')
  if (event?.kind !== 'admitted') throw new Error('not admitted')
  return event.token
}

test('who shows a token is served as at any relay, and nobody else is', () => {
  const here = world()
  const [alice, mallory] = [show(here.person('alice'), token()), here.person('mallory')]
  alice.append(group, 'hello')
  expect(alice.outcome('hello')).toBeTypeOf('number')
  mallory.append(group, 'me too')
  mallory.want(group)
  expect(mallory.outcome('me too')).toBeUndefined()
  expect(mallory.read()).toEqual([])
  expect(kinds(mallory)).toEqual(['notAdmitted'])
  // What waited goes once there is a token.
  show(mallory, token())
  expect(mallory.read()).toEqual(['hello'])
})

test('a client with a changed program that asks all the same is refused whatever it asks', () => {
  const here = world()
  const mallory = here.person('mallory')
  const said: string[] = []
  const connection = 99
  here.relay.connect(connection, 'peer of mallory', 'mallory', here.nowMs)
  for (const request of [
    { kind: 'append', request: 1, handle: 1, class: 'stored', body: new Uint8Array(256) },
    { kind: 'fetchKeys', request: 2, handle: 1 },
    { kind: 'open', request: 3, keys: group.keys, expiresMs: 5, readSignature: null, appendSignature: null, grant: null },
  ] as const) {
    for (const delivery of here.relay.receive(connection, encode(mailboxRequest, request), here.nowMs)) {
      if (delivery.kind === 'frame') said.push(String(delivery.frame[0]), ...[...delivery.frame].slice(5, 6).map(String))
    }
  }
  // Refused (5), with the last of the codes.
  expect(said).toEqual(['5', '13', '5', '13', '5', '13'])
  expect(kinds(mallory)).toEqual(['notAdmitted'])
})

test.each([
  ['of another relay', token({}, new Uint8Array(32).fill(8)), []],
  ['for more devices than it was made for', { ...token(), devices: 3 }, []],
  ['for longer than it was made for', { ...token(), expiresDay: 60_000 }, []],
  ['with another number', { ...token(), number: 8 }, []],
  ['of a version that does not exist', { ...token(), version: 2 }, []],
  ['that is over', token({ expiresDay: admissionDay(1_000_000) }), []],
  ['that was revoked', token(), [7]],
] as const)('a token %s lets nobody in', (_, shown, revoked) => {
  const mallory = show(world(revoked).person('mallory'), shown)
  expect(kinds(mallory)).toEqual(['notAdmitted', 'notAdmitted'])
})

test('a device that was let in goes on after the token is over, as long as it comes now and then; no new one comes in by that', () => {
  const here = world()
  const alice = show(here.person('alice'), token())
  for (let times = 0; times < 5; times++) {
    here.nowMs += (LIMITS.admissionRenewedDays - 1) * DAY
    show(alice, renewedOf(alice))
    alice.append(group, `after ${times}`)
    expect(alice.outcome(`after ${times}`)).toBeTypeOf('number')
  }
  expect(kinds(show(here.person('late'), token()))).toEqual(['notAdmitted', 'notAdmitted'])
  here.nowMs += (LIMITS.admissionRenewedDays + 31) * DAY
  expect(kinds(show(alice, renewedOf(alice))).at(-1)).toBe('notAdmitted')
})

test('what a relay gives back is the same for all that came by one token in a month', () => {
  const here = world()
  here.nowMs += DAY
  const alice = show(here.person('alice'), token())
  here.nowMs += 20 * DAY
  const bob = show(here.person('bob'), token())
  expect(renewedOf(bob)).toEqual(renewedOf(alice))
  expect(renewedOf(alice).expiresDay % 30).toBe(0)
})

test('a token lets so many devices in at once, whatever they renewed, and the next one when one of them has gone', () => {
  const here = world()
  const [alice, bob, carol] = [show(here.person('alice'), token()), show(here.person('bob'), token()), here.person('carol')]
  show(bob, renewedOf(bob))
  show(carol, token())
  expect(kinds(carol).at(-2)).toBe('notAdmitted')
  const again = carol.events.at(-1)
  if (again?.kind !== 'wakeAt') throw new Error('not tried again')
  alice.disconnect()
  here.nowMs = again.atMs
  carol.run((client, state) => client.onTick(state, here.nowMs))
  carol.append(group, 'in at last')
  expect(carol.outcome('in at last')).toBeTypeOf('number')
})

test('TURN servers are named to those alone whom the relay lets in', () => {
  const turn = { urls: ['turn:turn.example.org:3478'], username: '1', password: 'x', forSeconds: 60 }
  const store = createMemoryMailboxStore({ randomBytes: countingBytes() })
  const admission = { key: KEY, revoked: new Set<number>() }
  const options = { primitives, randomBytes: countingBytes(), relayPeer: 'relay', incarnation: store.incarnation(), admission, turnAccess: () => turn }
  const server = createMailboxServer(options)
  const saidOf = (outputs: readonly ServerOutput[], connection: number): readonly MailboxAnswer[] =>
    outputs.flatMap((output) => {
      const answer = output.kind === 'send' && output.connection === connection ? decode(mailboxAnswer, output.frame) : undefined
      return answer === undefined ? [] : [answer]
    })
  for (const connection of [1, 2]) {
    const said = saidOf(server.connect({ connection, clientPeer: `${connection}`, address: 'here' }, 1_000_000), connection)
    expect(said).toMatchObject([{ kind: 'hello', isOpen: false, turn: null }])
  }
  const admit = encode(mailboxRequest, { kind: 'admit', request: 0, token: token() })
  expect(saidOf(server.receive(1, admit, 1_000_000), 1)).toMatchObject([{ kind: 'admitted' }, { kind: 'turn', turn }])
  const renewed = server.renewTurn()
  expect(saidOf(renewed, 1)).toMatchObject([{ kind: 'turn' }])
  expect(saidOf(renewed, 2)).toEqual([])
})

test('a relay that is open asks for no token, and takes one that is shown all the same', () => {
  const here = createWorld()
  const alice = show(here.person('alice'), token())
  alice.append(group, 'hello')
  expect(alice.outcome('hello')).toBeTypeOf('number')
  expect(kinds(alice)).not.toContain('admitted')
})
