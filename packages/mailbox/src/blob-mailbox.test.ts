/** The mailbox of a file (PROTOCOL §14): who may do what, how much of it there may be, and that no letter waits for it. */
import { decode, encode, mailboxAnswer, mailboxRequest, type MailboxRequest } from '@sotto/wire'
import { describe, expect, test } from 'vitest'
import { credentialsOf, createWorld, type Person, type World } from './testing/story-world.ts'

const file = credentialsOf('blob', 'file')
const group = credentialsOf('group', 'group')
/** A length of the ladder, as most chunks have with their proof. */
const CHUNK_BYTES = 62 * 1024
const put = (person: Person, text: string, sizeBytes = CHUNK_BYTES): void => person.append(file, text, { sizeBytes })
const drop = (person: Person, world: World, credentials = file): void => person.run((client, state) => client.drop(state, credentials, world.nowMs))

describe('a file’s mailbox', () => {
  test('has its chunks for each reader, in order, and none deletes them by acknowledging', () => {
    const world = createWorld()
    const [alice, bob, carol] = [world.person('alice'), world.person('bob'), world.person('carol')]
    for (const text of ['1', '2', '3']) put(alice, text)
    bob.want(file)
    expect(bob.read()).toEqual(['1', '2', '3'])
    bob.run((client, state) => client.acknowledge(state, file, Number(alice.outcome('3')), world.nowMs))
    carol.want(file)
    expect(carol.read()).toEqual(['1', '2', '3'])
    put(alice, '4')
    expect(carol.read()).toEqual(['1', '2', '3', '4'])
  })

  test('goes on after the last chunk that was read, on another connection', () => {
    const world = createWorld()
    const [alice, bob] = [world.person('alice'), world.person('bob')]
    for (const text of ['1', '2']) put(alice, text)
    bob.want(file)
    bob.disconnect()
    put(alice, '3')
    bob.connect()
    expect(bob.read()).toEqual(['1', '2', '3'])
  })

  test('is the same after a chunk was put twice', () => {
    const world = createWorld()
    const [alice, bob] = [world.person('alice'), world.person('bob')]
    put(alice, '1')
    const first = alice.outcome('1')
    alice.disconnect()
    alice.connect()
    put(alice, '1')
    expect(alice.outcome('1')).toBe(first)
    bob.want(file)
    expect(bob.read()).toEqual(['1'])
  })

  test('is dropped by those who may write to it, and by nobody who only reads', () => {
    const world = createWorld()
    const [alice, bob, carol] = [world.person('alice'), world.person('bob'), world.person('carol')]
    put(alice, '1')
    drop(bob, world, credentialsOf('blob', 'file', 'read'))
    bob.want(credentialsOf('blob', 'file', 'read'))
    expect(bob.read()).toEqual(['1'])
    drop(alice, world, credentialsOf('blob', 'file', 'append'))
    expect(alice.events.filter(({ kind }) => kind === 'dropped')).toHaveLength(1)
    expect(bob.events.filter(({ kind }) => kind === 'dropped')).toEqual([])
    carol.want(file)
    expect(carol.read()).toEqual([])
  })

  test('takes nothing from those who only read, passes no signals on, and has no prekeys', () => {
    const world = createWorld()
    const [alice, bob] = [world.person('alice'), world.person('bob')]
    bob.want(file)
    alice.append(file, 'typing', { class: 'signal' })
    expect(alice.outcome('typing')).toBe('notAllowed')
    expect(bob.read('signal')).toEqual([])
    bob.append(credentialsOf('blob', 'file', 'read'), 'mine')
    expect(bob.outcome('mine')).toBe('notAllowed')
    alice.run((client, state) => client.fetchKeys(state, { token: 'keys', credentials: file }, world.nowMs))
    expect(alice.outcome('keys')).toBe('notAllowed')
  })

  test('has an end, in bytes and in records, and what is there stays', () => {
    const world = createWorld({ blobMailboxBytes: 4 * CHUNK_BYTES })
    const [alice, bob] = [world.person('alice'), world.person('bob')]
    for (const text of ['1', '2', '3', '4', '5']) put(alice, text)
    expect(['1', '2', '3', '4', '5'].map((text) => typeof alice.outcome(text))).toEqual(['number', 'number', 'number', 'number', 'string'])
    expect(alice.outcome('5')).toBe('full')
    bob.want(file)
    expect(bob.read()).toEqual(['1', '2', '3', '4'])
    const small = createWorld({ blobMailboxBytes: 4 * CHUNK_BYTES })
    const mallory = small.person('mallory')
    for (let i = 0; i < 20; i++) put(mallory, `${i}`, 256)
    // As if chunks were half as long as they are: nine.
    expect(Array.from({ length: 20 }, (_, i) => mallory.outcome(`${i}`)).filter((outcome) => typeof outcome === 'number')).toHaveLength(9)
  })

  test('is none where the operator keeps no files', () => {
    const world = createWorld({ blobMailboxBytes: 0 })
    const alice = world.person('alice')
    put(alice, '1')
    expect(alice.outcome('1')).toBe('notAllowed')
    const [said] = world.relay.connect(900, 'peer of carol', 'carol', world.nowMs)
    const hello = said?.kind === 'frame' ? decode(mailboxAnswer, said.frame) : undefined
    expect(hello).toMatchObject({ kind: 'hello', limits: { blobBytes: 0 } })
  })
})

describe('files and letters', () => {
  test('what an address leaves in files is none of what it may leave in letters', () => {
    const world = createWorld({ addressBlobBytes: 2 * CHUNK_BYTES, addressBlobBytesPerDay: CHUNK_BYTES, addressKeptBytes: 1_024, addressKeptBytesPerDay: 1 })
    const alice = world.person('alice')
    for (const text of ['1', '2', '3']) put(alice, text)
    expect([alice.outcome('1'), alice.outcome('2')].map((outcome) => typeof outcome)).toEqual(['number', 'number'])
    expect(alice.outcome('3')).toBe('share')
    alice.append(group, 'letter')
    expect(alice.outcome('letter')).toBeTypeOf('number')
    world.nowMs += 86_400_000
    put(alice, '4')
    expect(alice.outcome('4')).toBeTypeOf('number')
  })

  test('a client that leaves a file is not slower with letters', () => {
    const world = createWorld({ appendsPerSecond: 1, appendBurst: 1, blobAppendsPerSecond: 4, blobAppendBurst: 4 })
    const alice = world.person('alice')
    for (let i = 0; i < 10; i++) put(alice, `${i}`)
    const taken = (): number => Array.from({ length: 10 }, (_, i) => alice.outcome(`${i}`)).filter((outcome) => typeof outcome === 'number').length
    expect(taken()).toBe(4)
    alice.append(group, 'letter')
    expect(alice.outcome('letter')).toBeTypeOf('number')
    // Files come at their own pace, which the relay never has to refuse.
    for (let second = 0; second < 3; second++) {
      world.nowMs += 1_000
      alice.run((client, state) => client.onTick(state, world.nowMs))
    }
    expect(taken()).toBe(10)
    expect(alice.events.filter(({ kind }) => kind === 'refused')).toEqual([])
  })

  test('a relay refuses chunks that come faster, of one peer and of all of an address', () => {
    const world = createWorld({ blobAppendsPerSecond: 1, blobAppendBurst: 2, addressTimes: 2 })
    /** Without the client, which keeps to the pace. */
    const raw = (name: string) => {
      const person = world.person(name)
      person.disconnect()
      person.connect('one address')
      person.want(file)
      let request = 100
      return (text: string): void =>
        person.sendRaw(encode(mailboxRequest, { kind: 'append', request: request++, handle: 1, class: 'stored', body: chunkOf(text) } satisfies MailboxRequest))
    }
    const people = ['mallory', 'mallet', 'marvin'].map(raw)
    for (const [number, say] of people.entries()) for (let i = 0; i < 3; i++) say(`${number} ${i}`)
    const carol = world.person('carol')
    carol.want(file)
    // Two of each of two peers, which are all of their address.
    expect(carol.read()).toEqual(['0 0', '0 1', '1 0', '1 1'])
  })
})

function chunkOf(text: string): Uint8Array {
  const chunk = new Uint8Array(CHUNK_BYTES)
  chunk.set(new TextEncoder().encode(text))
  return chunk
}
