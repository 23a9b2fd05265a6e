/**
 * A browser that was killed during a write leaves half a record at the end of LevelDB's log. Without countermeasures the
 * second start after that discards the whole database. A profile must outlive it.
 */
import { appendFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { makeTemporaryFolder } from '../fixtures/temporary-folder.ts'
import { waitUntil } from '../fixtures/wait-until.ts'
import { openMember } from './support/group-of-browsers.ts'

/** The header of a record of 397 bytes (checksum, length, type: LevelDB's log format), and none of its bytes. */
const TORN = Uint8Array.of(1, 2, 3, 4, 397 & 0xff, 397 >> 8, 1)

/** A relay that is not there. None is needed. */
const NOBODY = '/ip4/127.0.0.1/tcp/1/ws/p2p/12D3KooWByRS9omqFhBPLkyVsmFSqmPTAxaCWZAYk4r7bvmDu9Kr'

/** The newest log of the extension's IndexedDB in a Chromium's folder. */
function newestLog(folder: string): string {
  const databases = join(folder, 'Default', 'IndexedDB')
  const found = readdirSync(databases).filter((name) => name.endsWith('.leveldb'))
  const logs = found.flatMap((name) =>
    readdirSync(join(databases, name))
      .filter((file) => file.endsWith('.log'))
      .map((file) => join(databases, name, file)),
  )
  const log = logs.toSorted().at(-1)
  if (log === undefined) throw new Error(`no LevelDB log under ${databases}`)
  return log
}

it('a profile outlives half a record at the end of the browser’s log', async () => {
  const folder = makeTemporaryFolder('torn-log')
  const member = await openMember('chromium', 'Torn', { folder: folder.path })
  try {
    await waitUntil('it can sign up', async () => (await member.view()).phase === 'noProfile')
    await member.ask({ kind: 'createProfile', name: 'Torn', passphrase: null, relays: [NOBODY] })
    await waitUntil('it is ready', async () => (await member.view()).phase === 'ready')
    for (const title of ['Written behind it', 'And once more']) {
      await member.away('stop')
      appendFileSync(newestLog(folder.path), TORN)
      await member.back()
      await waitUntil('the profile is there', async () => (await member.view()).phase === 'ready')
      await member.ask({ kind: 'createGroup', title })
    }
    await member.away('stop')
    await member.back()
    const { phase, profile, groups } = await member.view()
    expect({ phase, name: profile?.name, titles: groups.map(({ title }) => title).toSorted() }).toEqual({
      phase: 'ready',
      name: 'Torn',
      titles: ['And once more', 'Written behind it'],
    })
  } finally {
    await member.profile.remove()
    folder.remove()
  }
})
