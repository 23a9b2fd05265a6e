/** What a person without the key gains by writing to a disk while its device is off, on the disk that worlds have. */
import { loadSodiumPrimitives } from '@sotto/crypto/primitives'
import { createMemoryStorage, StorageDamaged } from '@sotto/engine'
import { utf8 } from '@sotto/wire'
import { expect, it } from 'vitest'
import { diskCipher, sealedDisk, type SealedDisk } from '../sealed-disk.ts'
import { seededRandom } from '../seeded-random.ts'
import { SimulatedPeer } from '../simulated-peer.ts'
import { createVirtualTime } from '../virtual-time.ts'
import { DiskWriter } from './disk-writer.ts'
import { type DiskAct, writeDisk } from './write-disk.ts'

const primitives = await loadSodiumPrimitives()
const cipher = diskCipher(primitives, seededRandom(3))
const write = (disk: SealedDisk, round: number, keys: readonly string[]): void =>
  disk.commitNow({ rows: keys.map((key) => ({ key, value: utf8(`${key} ${round}`) })), histories: [], dropHistories: [] })

function diskOfTwoRounds() {
  const disk = sealedDisk(cipher, createMemoryStorage({ durability: 'relaxed' }))
  write(disk, 1, ['a', 'b', 'c', 'd'])
  const copied = disk.underneath.loadNow()
  write(disk, 2, ['a', 'b', 'e'])
  disk.sync()
  return { disk, copied }
}

const load = (disk: SealedDisk): number | 'damaged' => {
  try {
    return disk.loadNow().size
  } catch (error) {
    if (error instanceof StorageDamaged) return 'damaged'
    throw error
  }
}

it.each(['deleteRow', 'olderRow', 'olderRows', 'copyRow'] as const satisfies readonly DiskAct[])('a disk on which a row is another is damaged: %s', (act) => {
  let others = 0
  for (let seed = 1; seed <= 40; seed++) {
    const { disk, copied } = diskOfTwoRounds()
    const changed = writeDisk(disk.underneath, act, copied, seededRandom(seed))
    if (changed > 0) others++
    expect(load(disk.crash()), `${act} ${seed}`).toBe(changed > 0 ? 'damaged' : 5)
  }
  expect(others).toBeGreaterThan(20)
})

it('a disk on which the same rows are written once more is not damaged, nor one that lost its last commits in a crash', () => {
  const { disk, copied } = diskOfTwoRounds()
  expect(writeDisk(disk.underneath, 'sameRows', copied, seededRandom(1))).toBe(0)
  expect(load(disk.crash())).toBe(5)
  write(disk, 3, ['a', 'f'])
  write(disk, 4, ['g'])
  expect([load(disk.crash(0)), load(disk.crash(1)), load(disk.crash(2))]).toEqual([7, 6, 5])
})

function peerWithDisk() {
  const violations: string[] = []
  const writer = new DiskWriter(seededRandom(5), (what) => void violations.push(what))
  const nothing = (): void => {}
  const random = seededRandom(7)
  const peer = new SimulatedPeer('Alice', {
    primitives,
    random,
    ownRandom: random,
    time: createVirtualTime(1_800_000_000_000),
    watch: {
      network: nothing,
      committed: nothing,
      died: nothing,
      stopped: nothing,
      fault: nothing,
      started: (each) => writer.started(each),
      damaged: (each) => writer.damaged(each),
    },
    durability: 'strict',
    skewMs: 0,
    cipher,
  })
  peer.signUp([])
  return { peer, writer, violations }
}

it('a device whose rows were deleted does not start, and is lost', () => {
  const { peer, writer, violations } = peerWithDisk()
  peer.start()
  peer.stop()
  expect(writer.write(peer, 'deleteRow')).toBe(true)
  peer.start()
  expect([peer.alive, writer.lost.has(peer), violations]).toEqual([false, true, []])
})

it('a device that starts all the same breaks I23, and so does one that is said to be damaged without a reason', () => {
  const { peer, writer, violations } = peerWithDisk()
  writer.damaged(peer)
  writer.write(peer, 'deleteRow')
  writer.started(peer)
  expect(violations.map((each) => each.split(':')[0])).toEqual(['I23', 'I23'])
})
