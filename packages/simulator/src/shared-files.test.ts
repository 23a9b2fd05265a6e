/** The checks of files in worlds notice what they are for. */
import { fileMailbox } from '@sotto/blob'
import type { Effect } from '@sotto/core'
import { COMING, FILE, GROUP, LEFT, PASSING_ON, peerFrame, READING } from '@sotto/core/inside'
import { encode, mailboxRequest } from '@sotto/wire'
import { expect, it } from 'vitest'
import { noCounts } from './counts.ts'
import { RelayedFiles } from './relayed-files.ts'
import { SharedFiles } from './shared-files.ts'
import { gathered, sendFiles, someBytes } from './story/file-story.ts'
import { apart, untilLeft } from './story/relayed-file-story.ts'

const SOON_MS = 20_000

async function world() {
  const { story, people } = await gathered(['Alice', 'Bob'])
  const outsider = story.enter('Oscar')
  const violations: string[] = []
  const files = new SharedFiles({
    primitives: story.primitives,
    peers: [...people, outsider],
    counts: noCounts(),
    relays: () => story.network.relays,
    nowMs: () => story.nowMs,
    after: (ms, act) => {
      story.pass(ms)
      act()
    },
    violate: (what) => void violations.push(what),
  })
  const perform = story.network.perform.bind(story.network)
  story.network.perform = (by, effect) => {
    for (const each of people) files.note(each, story.group)
    perform(by, effect)
  }
  const [alice, bob] = people
  files.happen(alice, story.group, { kind: 'sendFiles', atMs: 0, peer: 0, bytes: [200_000, 5] })
  story.pass(SOON_MS)
  for (const each of people) files.note(each, story.group)
  const check = (): readonly string[] => {
    violations.splice(0)
    files.check(people, story.group)
    return [...violations]
  }
  return { story, alice, bob, outsider, files, check, violations }
}

it('notices a file that nobody attached, and what is forwarded and does not get on', async () => {
  const { story, alice, bob, check } = await world()
  sendFiles(story, alice, '', someBytes(900, 9))
  story.pass(SOON_MS)
  expect(check()).toEqual([expect.stringMatching(/^I50: Alice has .*which nobody attached/), expect.stringMatching(/^I50: Bob has .*which nobody attached/)])
  bob.tamper((transaction) => transaction.put(PASSING_ON, [story.group, '1'], { text: '', files: 1, trouble: null }))
  expect(check()).toContainEqual(expect.stringMatching(/^I50: Bob does not get on/))
})

it('finds nothing where all is well', async () => {
  const { bob, check } = await world()
  expect(bob.rows.scan(FILE)).toHaveLength(2)
  expect(check()).toEqual([])
})

it('notices a file that does not come from one who is connected and has it', async () => {
  const { bob, check } = await world()
  const [first] = bob.rows.scan(FILE)
  if (first === undefined) throw new Error('no file')
  bob.tamper((transaction) => transaction.put(FILE, first.key, { ...first.value, state: 'coming' }))
  expect(check()).toMatchObject([expect.stringMatching(/^I50: .* does not come to Bob, though Alice has it/)])
  bob.tamper((transaction) =>
    transaction.put(COMING, first.key, { here: new Uint8Array(1), unsaved: 0, savedMs: 0, trouble: { why: 'full', atMs: 0 }, checking: null }),
  )
  expect(check()).toEqual([])
})

it('notices what is on a disk and no row names, and a file that is another', async () => {
  const { bob, check } = await world()
  const rows = bob.rows.scan(FILE)
  bob.tamper((transaction) => transaction.delete(FILE, ...(rows[0]?.key ?? [])))
  expect(check()).toMatchObject([expect.stringMatching(/^I50: on the disk of Bob is a file that no row names/)])
})

it('notices what is served to one who is no member, or does not know the file', async () => {
  const { alice, bob, outsider, files, violations } = await world()
  const [row] = alice.rows.scan(FILE)
  const epoch = alice.rows.scan(GROUP)[0]?.value.epoch
  if (row === undefined || epoch === null || epoch === undefined) throw new Error('no file')
  const held = (peer: string) =>
    ({ kind: 'sendPeerFrame', peer, frame: encode(peerFrame, { kind: 'fileHeld', epoch, file: row.value.name, chunks: new Uint8Array(1) }) }) as const
  files.sent(alice, held(bob.peerId))
  expect(violations).toEqual([])
  files.sent(alice, held(outsider.peerId))
  expect(violations).toMatchObject([expect.stringMatching(/^I51: .*which is no member/), expect.stringMatching(/^I51: .*does not know/)])
  violations.splice(0)
  const unknown = {
    kind: 'sendPeerFrame',
    peer: bob.peerId,
    frame: encode(peerFrame, { kind: 'fileHeld', epoch, file: new Uint8Array(16), chunks: new Uint8Array(1) }),
  } as const
  files.sent(alice, unknown)
  expect(violations).toMatchObject([expect.stringMatching(/^I51: .*does not know/)])
})

it('notices one who reads or writes at a relay what is not its to', async () => {
  const { story, alice, bob, outsider, files, violations } = await world()
  const row = alice.rows.scan(FILE)[0]?.value
  if (row === undefined) throw new Error('no file')
  const relay = story.relay(0)
  const { readSeed, appendSeed } = fileMailbox(story.primitives, row.key, relay)
  const [readKey = new Uint8Array(), appendKey = new Uint8Array()] = [readSeed, appendSeed].map(
    (seed) => story.primitives.ed25519.keyPairFromSeed(seed).publicKey,
  )
  const open = (writes: boolean): Effect => {
    const signature = new Uint8Array(64)
    const keys = { kind: 'blob', readKey, appendKey } as const
    const request = {
      kind: 'open',
      request: 1,
      keys,
      expiresMs: 0,
      grant: null,
      readSignature: writes ? null : signature,
      appendSignature: writes ? signature : null,
    } as const
    return { kind: 'sendRelayFrame', relay, frame: encode(mailboxRequest, request) }
  }
  for (const [by, writes] of [
    [alice, true],
    [alice, false],
    [bob, false],
  ] as const)
    files.sent(by, open(writes))
  expect(violations).toEqual([])
  files.sent(bob, open(true))
  expect(violations).toEqual([expect.stringMatching(/^I51: Bob writes to the mailbox/)])
  files.sent(outsider, open(false))
  expect(violations.at(-1)).toMatch(/^I51: Oscar reads the mailbox/)
})

it('notices a file that is not looked for at a relay that has it, and one that was dropped and lies there', async () => {
  const { story, people } = await apart(['Alice', 'Bob'])
  const [alice, bob] = people
  const violations: string[] = []
  const files = new RelayedFiles({
    primitives: story.primitives,
    counts: noCounts(),
    relays: () => story.network.relays,
    nowMs: () => story.nowMs,
    after: (_ms, act) => act(),
    violate: (what) => void violations.push(what),
  })
  bob.stop()
  const message = sendFiles(story, alice, '', someBytes(200_000))
  untilLeft(story, alice)
  files.note(alice, story.group)
  alice.stop()
  bob.start()
  story.msUntil(() => bob.rows.first(READING) !== undefined, 60_000)
  files.check([bob], story.group, new Set())
  expect(violations).toEqual([])
  const [reading] = bob.rows.scan(READING)
  if (reading === undefined) throw new Error('it is not read')
  bob.deliver = () => {}
  bob.tamper((transaction) => transaction.delete(READING, ...reading.key))
  files.check([bob], story.group, new Set())
  expect(violations).toEqual([expect.stringMatching(/^I50: a file of 200000 bytes is not looked for by Bob/)])
  // As if Alice had dropped it, and the relay had not heard.
  alice.start()
  story.pass(1_000)
  alice.tamper((transaction) => transaction.delete(LEFT, story.group, message, '0000000000'))
  files.note(alice, story.group)
  files.check([alice], story.group, new Set())
  expect(violations.at(-1)).toMatch(/^I50: \d+ chunks that Alice dropped lie at a relay/)
})
