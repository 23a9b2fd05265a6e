/** The checks of files in worlds notice what they are for. */
import { COMING, FILE, GROUP, peerFrame } from '@sotto/core/inside'
import { encode } from '@sotto/wire'
import { expect, it } from 'vitest'
import { noCounts } from './counts.ts'
import { SharedFiles } from './shared-files.ts'
import { gathered } from './story/file-story.ts'

const SOON_MS = 20_000

async function world() {
  const { story, people } = await gathered(['Alice', 'Bob'])
  const outsider = story.enter('Oscar')
  const violations: string[] = []
  const files = new SharedFiles({
    primitives: story.primitives,
    peers: [...people, outsider],
    counts: noCounts(),
    after: (ms, act) => {
      story.pass(ms)
      act()
    },
    violate: (what) => void violations.push(what),
  })
  const perform = story.network.perform.bind(story.network)
  story.network.perform = (by, effect) => {
    for (const each of people) files.note(each)
    perform(by, effect)
  }
  const [alice, bob] = people
  files.happen(alice, story.group, { kind: 'sendFiles', atMs: 0, peer: 0, bytes: [200_000, 5] })
  story.pass(SOON_MS)
  for (const each of people) files.note(each)
  const check = (): readonly string[] => {
    violations.splice(0)
    files.check(people, story.group)
    return [...violations]
  }
  return { story, alice, bob, outsider, files, check, violations }
}

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
