import { decode, encode, mailboxAnswer, mailboxRequest } from '@sotto/wire'
import { expect, test } from 'vitest'
import { mailboxIdOf, signOpen } from './credentials.ts'
import { type Person, body, createWorld, credentialsOf, primitives, sendCapabilityOf } from './testing/story-world.ts'

const DAY = 86_400_000
const group = credentialsOf('group', 'group')

test('a group’s record reaches connected members at once, and later ones from the start, in order', () => {
  const world = createWorld()
  const [alice, bob] = [world.person('alice'), world.person('bob')]
  bob.want(group)
  alice.append(group, 'one')
  alice.append(group, 'two')
  expect(bob.read()).toEqual(['one', 'two'])
  const carol = world.person('carol')
  carol.want(group)
  expect(carol.read()).toEqual(['one', 'two'])
  expect(carol.events.filter(({ kind }) => kind === 'caughtUp').length).toBe(1)
})

test('a subscriber continues after a broken connection where it was, and receives nothing twice', () => {
  const world = createWorld()
  const [alice, bob] = [world.person('alice'), world.person('bob')]
  bob.want(group)
  alice.append(group, 'one')
  bob.disconnect()
  alice.append(group, 'two')
  bob.connect()
  alice.append(group, 'three')
  expect(bob.read()).toEqual(['one', 'two', 'three'])
})

test('a wiped relay is read from the start, whatever the cursor was', () => {
  const world = createWorld()
  const [alice, bob] = [world.person('alice'), world.person('bob')]
  bob.want(group)
  for (const text of ['one', 'two', 'three']) alice.append(group, text)
  world.relay.wipe()
  for (const person of [alice, bob]) {
    person.disconnect()
    person.connect()
  }
  alice.append(group, 'four')
  expect(bob.read()).toEqual(['one', 'two', 'three', 'four'])
  const [before, after] = bob.events.filter(({ kind }) => kind === 'connected')
  expect(before).not.toEqual(after)
})

test('a restarted relay has every record, and recognises a repeated one', () => {
  const world = createWorld()
  const alice = world.person('alice')
  alice.append(group, 'one')
  const cursor = alice.outcome('one')
  world.relay.restart()
  alice.disconnect()
  alice.connect()
  alice.append(group, 'one')
  expect(alice.outcome('one')).toBe(cursor)
  alice.want(group)
  expect(alice.read()).toEqual(['one'])
})

test('a client that may only append cannot read, and one that may only read cannot append', () => {
  const world = createWorld()
  const mallory = world.person('mallory')
  mallory.append(credentialsOf('group', 'group', 'append'), 'allowed')
  expect(mallory.outcome('allowed')).toBeTypeOf('number')
  mallory.sendRaw(encode(mailboxRequest, { kind: 'subscribe', request: 900, handle: 1, after: 0, credit: 9 }))
  mallory.sendRaw(encode(mailboxRequest, { kind: 'read', request: 901, handle: 1, after: 0, most: 9 }))
  expect(mallory.read()).toEqual([])
  const bob = world.person('bob')
  bob.want(credentialsOf('group', 'group', 'read'))
  bob.append(credentialsOf('group', 'group', 'read'), 'forbidden')
  expect(bob.outcome('forbidden')).toBe('notAllowed')
  expect(bob.read()).toEqual(['allowed'])
})

test('an OPEN is valid for one connection, one relay, one client and a short time only', () => {
  const world = createWorld()
  const keys = group.keys
  const now = world.nowMs
  let nextConnection = 1_000
  const attempt = (change: { relayPeer?: string; clientPeer?: string; nonce?: Uint8Array; expiresMs?: number }): unknown => {
    const frames: Uint8Array[] = []
    const connection = nextConnection++
    for (const delivery of world.relay.connect(connection, 'peer of mallory', 'there', now)) {
      if (delivery.kind === 'frame') frames.push(delivery.frame)
    }
    const hello = decode(mailboxAnswer, frames[0] ?? new Uint8Array())
    if (hello?.kind !== 'hello') throw new Error('no HELLO')
    const mailbox = mailboxIdOf(primitives, keys)
    const right = { relayPeer: 'relay', clientPeer: 'peer of mallory', nonce: hello.nonce, expiresMs: now + 1000, mailbox }
    const statement = { ...right, ...change }
    const open = { kind: 'open', request: 1, keys, grant: null, expiresMs: statement.expiresMs, ...signOpen(primitives, group, statement) } as const
    const [answer] = world.relay.receive(connection, encode(mailboxRequest, open), now)
    const decoded = answer?.kind === 'frame' ? decode(mailboxAnswer, answer.frame) : undefined
    return decoded?.kind === 'refused' ? decoded.code : decoded?.kind
  }
  expect(attempt({})).toBe('opened')
  expect(attempt({ relayPeer: 'another relay' })).toBe('badSignature')
  expect(attempt({ clientPeer: 'peer of alice' })).toBe('badSignature')
  expect(attempt({ nonce: new Uint8Array(32) })).toBe('badSignature')
  expect(attempt({ expiresMs: now })).toBe('expired')
  expect(attempt({ expiresMs: now + DAY })).toBe('expired')
})

test('each contact appends under a send capability of its own, and only as much as was granted', () => {
  const world = createWorld()
  const [bob, carol, owner] = [world.person('bob'), world.person('carol'), world.person('owner')]
  const [bobs, carols] = [sendCapabilityOf('inbox', 'bob', { records: 2 }), sendCapabilityOf('inbox', 'carol', { capability: 2 })]
  for (const text of ['b1', 'b2', 'b3']) bob.append(bobs, text)
  expect(bob.outcome('b3')).toBe('full')
  carol.append(carols, 'c1')
  const inbox = credentialsOf('inbox', 'inbox', 'read')
  owner.want(inbox)
  expect(owner.read()).toEqual(['b1', 'b2', 'c1'])
  owner.run((client, state) => client.acknowledge(state, inbox, Number(bob.outcome('b2')), world.nowMs))
  bob.append(bobs, 'b3')
  expect(owner.read()).toEqual(['b1', 'b2', 'c1', 'b3'])
})

test('a grant that is forged, expired or of another inbox opens nothing', () => {
  const world = createWorld()
  const mallory = world.person('mallory')
  const good = sendCapabilityOf('inbox', 'mallory', { expiresMs: world.nowMs + 1000 })
  const { grant } = good
  if (grant === null) throw new Error('no grant')
  mallory.append({ ...good, grant: { ...grant, capability: 3, records: 1_000 } }, 'forged')
  mallory.append({ ...good, keys: credentialsOf('inbox', 'another').keys, grant: { ...grant, capability: 4 } }, 'foreign')
  expect([mallory.outcome('forged'), mallory.outcome('foreign')]).toEqual(['badSignature', 'badSignature'])
  mallory.append(good, 'in time')
  world.nowMs += 1000
  mallory.append(good, 'late')
  mallory.disconnect()
  mallory.connect()
  mallory.append(good, 'too late')
  expect(mallory.outcome('in time')).toBeTypeOf('number')
  expect([mallory.outcome('late'), mallory.outcome('too late')]).toEqual(['expired', 'expired'])
})

test('strangers leave few, small, short-lived letters without a grant, and no signals', () => {
  const world = createWorld({ strangerRecords: 2 })
  const stranger = world.person('stranger')
  const withoutCapability = credentialsOf('inbox', 'inbox', 'append')
  stranger.append(withoutCapability, 'big', { sizeBytes: 32_768 })
  stranger.append(withoutCapability, 'signal', { class: 'signal' })
  for (const text of ['one', 'two', 'three']) stranger.append(withoutCapability, text)
  expect(['big', 'signal', 'three'].map(stranger.outcome)).toEqual(['tooBig', 'notAllowed', 'full'])
  world.nowMs += 8 * DAY
  const owner = world.person('owner')
  owner.want(credentialsOf('inbox', 'inbox', 'read'))
  expect(owner.read()).toEqual([])
})

test('a member that acknowledges in a group’s mailbox deletes nothing for the others', () => {
  const world = createWorld()
  const [alice, bob] = [world.person('alice'), world.person('bob')]
  alice.append(group, 'one')
  alice.run((client, state) => client.acknowledge(state, group, 2 ** 40, world.nowMs))
  alice.run((client, state) => client.drop(state, group, world.nowMs))
  bob.want(group)
  expect(bob.read()).toEqual(['one'])
})

test('a full group mailbox says when there will be room, and evicts nothing', () => {
  const limits = { groupMailboxRecords: 4, freeBesideShare: 0 }
  const world = createWorld(limits)
  const alice = world.person('alice')
  for (const text of ['1', '2', '3', '4', '5']) alice.append(group, text)
  expect(alice.events.at(-1)).toMatchObject({ kind: 'refused', token: '5', code: 'full', retryAfterMs: 30 * DAY })
  world.nowMs += 30 * DAY
  alice.append(group, '5')
  alice.want(group)
  expect(alice.read()).toEqual(['5'])
})

/** Says texts of `sizeBytes` until one is refused, and returns how many were taken. */
function fill(person: Person, sizeBytes = 256): number {
  for (let n = 0; ; n++) {
    const text = `${person.name} ${n}`
    person.append(group, text, { sizeBytes })
    if (typeof person.outcome(text) === 'number') continue
    expect(person.outcome(text)).toBe('full')
    return n
  }
}

test('however much hostile members write, or a removed one, others have room in a group mailbox', () => {
  const world = createWorld({ groupMailboxRecords: 120, appendBurst: 1_000 })
  expect(fill(world.person('mallory'))).toBe(24)
  expect(fill(world.person('her friend'))).toBe(20)
  const honest = Array.from({ length: 5 }, (_, i) => fill(world.person(`honest ${i}`)))
  expect(honest).toEqual([16, 12, 10, 8, 6])
})

test('what a member writes counts in bytes as in records', () => {
  const world = createWorld({ groupMailboxBytes: 120 * 1024, appendBurst: 1_000 })
  expect(fill(world.person('mallory'), 1024)).toBe(24)
  expect(fill(world.person('her friend'), 1024)).toBe(20)
  expect(fill(world.person('honest'), 512)).toBe(31)
})

test('connections of one address share what it may fill, and one that wrote little has room beside one that wrote much', () => {
  const world = createWorld({ groupMailboxRecords: 120, appendBurst: 1_000 })
  const inOneHouse = ['first', 'second', 'third'].map((name) => {
    const person = world.person(name)
    person.disconnect()
    person.connect('one address')
    return fill(person)
  })
  expect(inOneHouse).toEqual([24, 10, 4])
  expect(fill(world.person('elsewhere'))).toBe(17)
})

test('lengths that are not on the ladder or above the limit are refused', () => {
  const world = createWorld()
  const alice = world.person('alice')
  alice.append(group, 'odd', { sizeBytes: 257 })
  alice.append(group, 'short', { sizeBytes: 255 })
  alice.append(group, 'large', { sizeBytes: 65_537 })
  alice.append(group, 'largest', { sizeBytes: 65_536 })
  expect(['odd', 'short', 'large'].map(alice.outcome)).toEqual(['notLadder', 'notLadder', 'tooBig'])
  expect(alice.outcome('largest')).toBeTypeOf('number')
})

test('a signal reaches the current subscribers, not its sender, and is not kept', () => {
  const world = createWorld()
  const [alice, bob] = [world.person('alice'), world.person('bob')]
  alice.want(group)
  bob.want(group)
  alice.append(group, 'typing', { class: 'signal' })
  expect([alice.read('signal'), bob.read('signal')]).toEqual([[], ['typing']])
  expect(alice.outcome('typing')).toBe(0)
  const carol = world.person('carol')
  carol.want(group)
  expect([carol.read('signal'), carol.read()]).toEqual([[], []])
})

test('a long backlog arrives whole through a small window, and records appended meanwhile after it', () => {
  const world = createWorld({ pushCredit: 8, readRecords: 5, appendBurst: 1_000 })
  const [alice, bob] = [world.person('alice'), world.person('bob')]
  const texts = Array.from({ length: 100 }, (_, i) => `letter ${i}`)
  for (const text of texts) alice.append(group, text)
  bob.want(group)
  alice.append(group, 'live')
  expect(bob.read()).toEqual([...texts, 'live'])
})

test('a client that does not drain its socket gets no pushes, and misses nothing once it does', () => {
  const world = createWorld()
  const [alice, bob] = [world.person('alice'), world.person('bob')]
  bob.want(group)
  bob.setWritable(false)
  alice.append(group, 'one')
  alice.append(group, 'typing', { class: 'signal' })
  alice.append(group, 'two')
  expect(bob.read()).toEqual([])
  bob.setWritable(true)
  alice.append(group, 'three')
  expect([bob.read(), bob.read('signal')]).toEqual([['one', 'two', 'three'], []])
})

test('the owner of an inbox is told when another client reads it', () => {
  const world = createWorld()
  const [owner, thief] = [world.person('owner'), world.person('thief')]
  const inbox = credentialsOf('inbox', 'inbox', 'read')
  owner.want(inbox)
  owner.disconnect()
  owner.connect()
  expect(owner.events.some(({ kind }) => kind === 'secondReader')).toBe(false)
  thief.want(inbox)
  expect(owner.events.at(-1)).toMatchObject({ kind: 'secondReader' })
})

const publicationOf = (count: number) => ({
  shared: body('shared'),
  lastResort: body('last resort', 1_300),
  oneTime: Array.from({ length: count }, (_, id) => ({ id, key: body(`one-time ${id}`) })),
  oneTimeKem: Array.from({ length: count }, (_, id) => ({ id, key: body(`kem ${id}`, 1_300) })),
})

test('a publication larger than a frame arrives whole, and its owner is told when few keys are left', () => {
  const world = createWorld()
  const [owner, bob] = [world.person('owner'), world.person('bob')]
  const inbox = credentialsOf('inbox', 'inbox', 'read')
  owner.want(inbox)
  expect(owner.events).toContainEqual(expect.objectContaining({ kind: 'keysLeft', published: false }))
  const publish = { token: 'keys', credentials: inbox, replace: true, publication: publicationOf(100) }
  owner.run((client, state) => client.publishKeys(state, publish, world.nowMs))
  expect(owner.events.filter(({ kind }) => kind === 'keysPublished').length).toBe(1)
  expect(owner.events.findLast(({ kind }) => kind === 'keysLeft')).toMatchObject({ published: true, oneTime: 100, oneTimeKem: 100 })
  const capability = sendCapabilityOf('inbox', 'bob')
  for (let i = 0; i < 81; i++) {
    world.nowMs += 1_000
    bob.run((client, state) => client.fetchKeys(state, { token: `${i}`, credentials: capability }, world.nowMs))
  }
  const fetched = bob.events.flatMap((event) => (event.kind === 'keysFetched' ? [event.keys] : []))
  expect(fetched.length).toBe(81)
  expect(fetched[80]).toEqual({ shared: body('shared'), oneTime: body('one-time 80'), kem: body('kem 80', 1_300) })
  expect(owner.events.findLast(({ kind }) => kind === 'keysLeft')).toMatchObject({ oneTime: 19, oneTimeKem: 19 })
})

test('a client that fetches one inbox’s keys too often uses up no more of them', () => {
  const world = createWorld({ preKeyFetchesPerMinute: 4 })
  const owner = world.person('owner')
  const inbox = credentialsOf('inbox', 'inbox', 'read')
  const publish = { token: 'keys', credentials: inbox, replace: true, publication: publicationOf(10) }
  owner.run((client, state) => client.publishKeys(state, publish, world.nowMs))
  const fetched: (Uint8Array | null | undefined)[] = []
  for (const name of ['bob', 'carol']) {
    const person = world.person(name)
    for (let i = 0; i < 3; i++) {
      person.run((client, state) => client.fetchKeys(state, { token: `${i}`, credentials: sendCapabilityOf('inbox', name) }, world.nowMs))
    }
    fetched.push(...person.events.flatMap((event) => (event.kind === 'keysFetched' ? [event.keys?.oneTime] : [])))
  }
  expect(fetched.map((key) => key === null)).toEqual([false, false, false, false, true, true])
})

test('a stranger without a capability’s key gets no keys, and a client that publishes in another’s inbox is refused', () => {
  const world = createWorld()
  const mallory = world.person('mallory')
  const reader = credentialsOf('inbox', 'inbox', 'append')
  const publish = { token: 'mine', credentials: reader, replace: true, publication: publicationOf(1) }
  mallory.run((client, state) => client.publishKeys(state, publish, world.nowMs))
  const wrong = { ...reader, appendSeed: new Uint8Array(32) }
  mallory.disconnect()
  mallory.connect()
  mallory.run((client, state) => client.fetchKeys(state, { token: 'keys', credentials: wrong }, world.nowMs))
  const refusals = mallory.events.flatMap((event) => (event.kind === 'refused' ? [`${event.token} ${event.code}`] : []))
  expect(refusals).toEqual(['mine notAllowed', 'keys badSignature'])
})

test('a client with more mailboxes than a connection may open closes unused ones', () => {
  const world = createWorld({ mailboxesPerConnection: 3 })
  const alice = world.person('alice')
  alice.want(group)
  for (let i = 0; i < 9; i++) alice.append(credentialsOf('group', `group ${i}`), `to ${i}`)
  // More are opened than the relay's rate takes at once: the client waits until it may continue.
  for (let wakes = 0; wakes < 9; wakes++) {
    const wake = alice.events.findLast((event) => event.kind === 'wakeAt')
    if (wake?.kind !== 'wakeAt' || wake.atMs <= world.nowMs) break
    world.nowMs = wake.atMs
    alice.run((client, state) => client.onTick(state, world.nowMs))
  }
  expect(alice.events.filter(({ kind }) => kind === 'appended').length).toBe(9)
  expect(alice.events.filter(({ kind }) => kind === 'refused')).toEqual([])
})

test('a mailbox that is not wanted any more is not pushed', () => {
  const world = createWorld()
  const [alice, bob] = [world.person('alice'), world.person('bob')]
  bob.want(group)
  bob.run((client, state) => client.unwant(state, mailboxIdOf(primitives, group.keys)))
  alice.append(group, 'one')
  expect(bob.read()).toEqual([])
})

test('a request to an unreachable relay is sent once the relay is reachable, however often it was tried', () => {
  const world = createWorld()
  const alice = world.person('alice')
  alice.disconnect()
  alice.append(group, 'one')
  for (let tries = 0; tries < 3; tries++) alice.run((client, state) => client.onClosed(state))
  alice.connect()
  expect(alice.outcome('one')).toBeTypeOf('number')
})
