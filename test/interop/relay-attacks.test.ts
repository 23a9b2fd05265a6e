/**
 * Honest people at a real relay while it is attacked over real sockets: every letter arrives and every caller is served, in each attack of
 * `npm run bench -- relay-attacks`, which measures the times. Nothing here is a time: a busy machine only takes longer.
 */
import { writeFileSync } from 'node:fs'
import { loadPrimitives } from '@sotto/crypto/primitives'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type AttackedRelay, startAttackedRelay } from '../bench/relay-attacks/attacked-relay.ts'
import { ATTACKS, type AttackName } from '../bench/relay-attacks/attacks.ts'
import { type HonestPeople, honestPeople } from '../bench/relay-attacks/honest-people.ts'
import { startAttacker } from '../bench/relay-attacks/start-attacker.ts'
import { makeTemporaryFolder } from '../fixtures/temporary-folder.ts'
import { LONG_PATIENCE_MS, waitUntil } from '../fixtures/wait-until.ts'

/** Of this an address may fill a quarter. */
const DISK_MIB = 64
/** Before honest people are counted, and then while they are. A guess: some of each kind of attack. */
const ACTS = 20
const MORE_ACTS = 10
/** It has 440 after the whole benchmark; one attack of an earlier version took 1,200. */
const MOST_MEMORY_BYTES = 800 * 2 ** 20

const folder = makeTemporaryFolder('relay-attacks')
let relay: AttackedRelay
let people: HonestPeople
beforeAll(async () => {
  relay = await startAttackedRelay(folder.path, DISK_MIB)
  people = await honestPeople(relay.address, await loadPrimitives(), { pairs: 3, latestMs: LONG_PATIENCE_MS })
})
afterAll(async () => {
  await people.end()
  await relay.process.end()
  folder.remove()
})

it.each(Object.keys(ATTACKS) as AttackName[])('%s', async (name) => {
  const tally = await people.during(async (group) => {
    const attacker = startAttacker({ name, relay: relay.address, group, clockFile: relay.clockFile })
    await waitUntil('the attack runs', () => attacker.acts() >= ACTS, LONG_PATIENCE_MS)
    const before = attacker.acts()
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    await waitUntil('it goes on', () => name.startsWith('R1 ') || attacker.acts() >= before + MORE_ACTS, LONG_PATIENCE_MS)
    attacker.end()
    writeFileSync(relay.clockFile, '0')
  })
  expect(tally.written).toBeGreaterThan(0)
  expect(tally.dialled).toBeGreaterThan(0)
  expect([tally.delivered, tally.served]).toEqual([tally.written, tally.dialled])
  expect(relay.process.child.exitCode).toBe(null)
  expect(relay.process.memoryBytes()).toBeLessThan(MOST_MEMORY_BYTES)
})
