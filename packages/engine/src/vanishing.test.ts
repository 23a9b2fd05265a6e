/** Messages that vanish, from a page's request to what the storage is asked for (PROTOCOL §9.28, §9.29): the whole engine, without peers. */
import { LIMITS, utf8 } from '@sotto/wire'
import { afterEach, expect, it } from 'vitest'
import type { VaultPort, Writes } from './ports.ts'
import { find, groupOf, IDLE_MS, say } from './testing/searching.ts'
import { getIn, memoryVault, stopAll, testTime } from './testing/started-engine.ts'

afterEach(stopAll)

/** A vault that tells what its storages are asked. */
function watched() {
  const vault = memoryVault()
  const commits: Writes[] = []
  const kept: (readonly string[])[] = []
  let renewals = 0
  const port: VaultPort = {
    ...vault,
    openStorage: async (cipher) => {
      const storage = await vault.openStorage(cipher)
      let hasCommitted = false
      return {
        ...storage,
        commit: async (writes) => {
          hasCommitted = true
          commits.push(writes)
          await storage.commit(writes)
        },
        keepKeys: async (names) => {
          if (hasCommitted) throw new Error('too late')
          kept.push(names)
          await storage.keepKeys(names)
        },
        renewRows: async () => {
          renewals++
          return storage.renewRows()
        },
      }
    },
  }
  return { port, commits, kept, renewals: () => renewals }
}

const SECRET = 'under the stone'
const holds = (value: Uint8Array | null): boolean => value !== null && Buffer.from(value).includes(Buffer.from(utf8(SECRET)))
const erasedIn = (commits: readonly Writes[]): readonly string[] => commits.flatMap(({ eraseKeys = [] }) => eraseKeys)
/** A message that nobody takes ends then; the clock's jump has to stand for an hour first. */
const untilItEnds = async (seconds: number): Promise<void> => {
  for (let days = 0; days < LIMITS.retentionMs; days += 12 * 60 * 60_000) await testTime.pass(12 * 60 * 60_000)
  await testTime.pass(seconds * 1_000 + 60 * 60_000)
}

it('the key of a message is kept over starts, erased when it ends, and the keys of rows follow within a minute', async () => {
  const { port, commits, kept, renewals } = watched()
  const first = await getIn(port, null)
  const group = await groupOf(first, 'Desk')
  expect(await first.ask({ kind: 'setLifetime', group, seconds: 300 })).toBe('ok')
  const [{ id } = { id: '' }] = await say(first, group, [SECRET])
  expect(await first.ask({ kind: 'editMessage', group, message: id, text: `${SECRET}!` })).toBe('ok')
  const name = `${group}/${id}`
  const texts = commits.flatMap(({ histories }) => histories).filter(({ value }) => holds(value))
  expect(new Set(texts.map(({ history, under }) => `${history.split('/')[0] ?? ''} ${under ?? 'none'}`))).toEqual(
    new Set([`messages ${name}`, `edits ${name}`]),
  )
  await first.engine.stop()
  const second = await getIn(port, null)
  expect(kept.at(-1)).toEqual([name])
  expect(erasedIn(commits)).toEqual([])
  await testTime.pass(LIMITS.rowsRenewedMs)
  const before = renewals()
  await untilItEnds(300)
  expect(erasedIn(commits)).toEqual([name])
  expect(renewals()).toBeGreaterThan(before)
  await second.engine.stop()
  expect((await getIn(port, null)).faults).toEqual([])
  expect(kept.at(-1)).toEqual([])
})

it('keys of rows that an engine did not come to replace are replaced by the next one', async () => {
  const { port, renewals, commits } = watched()
  const first = await getIn(port, null)
  const group = await groupOf(first, 'Desk')
  await first.ask({ kind: 'setLifetime', group, seconds: 300 })
  await say(first, group, [SECRET])
  await untilItEnds(300)
  await testTime.pass(LIMITS.rowsRenewedMs)
  const [done, secrets] = [renewals(), await port.secrets.read()]
  await say(first, group, [`${SECRET} again`])
  for (let days = 0; days < LIMITS.retentionMs; days += 12 * 60 * 60_000) await testTime.pass(12 * 60 * 60_000)
  await testTime.pass(299_000)
  const untilThen = renewals()
  while (erasedIn(commits).length < 2) await testTime.pass(500)
  expect(renewals()).toBe(untilThen)
  await first.engine.stop()
  const second = await getIn(port, null)
  await testTime.pass(5_000)
  expect(renewals()).toBe(untilThen + 1)
  expect(await port.secrets.read()).not.toEqual(secrets)
  await second.engine.stop()
  await getIn(port, null)
  await testTime.pass(LIMITS.rowsRenewedMs)
  expect([renewals(), done > 0]).toEqual([untilThen + 1, true])
})

it('no word of it is in a block of the index, and it is found all the same, also after a start', async () => {
  const { port, commits } = watched()
  const first = await getIn(port, null)
  const group = await groupOf(first, 'Desk')
  await first.ask({ kind: 'setLifetime', group, seconds: 3_600 })
  const said = await say(
    first,
    group,
    Array.from({ length: 300 }, (_, i) => `${SECRET} ${i}`),
  )
  await testTime.pass(IDLE_MS)
  const blocks = (): number => commits.flatMap(({ histories }) => histories).filter(({ history, value }) => history === 'search' && value !== null).length
  expect(blocks()).toBe(0)
  expect((await find(first, 'stone', group)).conversations[0]?.count).toBe(said.length)
  await first.ask({ kind: 'setLifetime', group, seconds: 0 })
  await say(
    first,
    group,
    Array.from({ length: 130 }, (_, i) => `this stays ${i}`),
  )
  expect(blocks()).toBe(1)
  await first.engine.stop()
  const second = await getIn(port, null)
  await testTime.pass(IDLE_MS)
  expect((await find(second, 'stone', group)).conversations[0]?.count).toBe(said.length)
  await second.ask({ kind: 'setSearch', isOn: false })
  await second.ask({ kind: 'setSearch', isOn: true })
  const before = blocks()
  await testTime.pass(IDLE_MS)
  expect((await find(second, 'stone', group)).conversations[0]?.count).toBe(said.length)
  expect((await find(second, 'stays', group)).conversations[0]?.count).toBe(130)
  // As many as the messages that stay need.
  expect(blocks() - before).toBeLessThanOrEqual(4)
})
