/**
 * Texts vanish in two browsers that are closed or killed, and what is left of them is looked for: in every byte of their profile folders,
 * and, with the passphrase, in all that the engine stored there and in copies of that from earlier.
 */
import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserName } from '../../scripts/browsers.ts'
import { type Member, meet, openMember } from '../e2e/support/group-of-browsers.ts'
import { countFound } from '../e2e/support/profile-search.ts'
import { startRelay } from '../fixtures/relay-process.ts'
import { makeTemporaryFolder } from '../fixtures/temporary-folder.ts'
import { waitUntil } from '../fixtures/wait-until.ts'
import { examine, type Found } from './examine.ts'
import { textOf } from './forensic-texts.ts'
import type { Ending, Played } from './play-vanishing.ts'
import { writeStored } from './stored-in-browser.ts'

const PASSPHRASE = 'a passphrase for the forensic test'
const STAYS = 'this one stays'
/** After so many texts the other side looks at what is stored. */
const AT_ONCE = 20
const PATIENCE_MS = 5 * 60_000

/** `renewedMs`: how long is waited for the keys of rows. */
export async function playInBrowser(browser: BrowserName, ending: Ending, many: number, seconds: number, renewedMs: number): Promise<Played> {
  const folders = makeTemporaryFolder(`forensic-${browser}-${ending}`)
  const relay = await startRelay({ name: `forensic-${browser}-${ending}` })
  const folderOf = (name: string): string => join(folders.path, name.toLowerCase())
  const people: Member[] = []
  const texts = Array.from({ length: many }, (_, number) => textOf(number))
  try {
    for (const name of ['Alice', 'Bob']) {
      mkdirSync(folderOf(name))
      const person = await openMember(browser, name, { folder: folderOf(name), passphrase: PASSPHRASE })
      people.push(person)
      await waitUntil(`${name} can sign up`, async () => (await person.view()).phase === 'noProfile')
      await person.ask({ kind: 'createProfile', name, passphrase: PASSPHRASE, relays: [] })
    }
    const [alice, bob] = people
    if (alice === undefined || bob === undefined) throw new Error('nobody is there')
    const group = await meet(relay, alice, [bob])
    const untilTexts = (person: Member, wanted: readonly string[]) =>
      waitUntil(
        `${person.name} has what is left`,
        async () => (await person.texts(group)).toSorted().join('\n') === wanted.toSorted().join('\n'),
        seconds * 1000 + PATIENCE_MS,
      )
    await bob.ask({ kind: 'send', group, text: STAYS })
    await untilTexts(alice, [STAYS])
    await alice.ask({ kind: 'setLifetime', group, seconds })
    await waitUntil('Bob hears of the timer', async () => (await bob.group(group))?.lifetimeSeconds === seconds)
    let images = 0
    for (let said = 0; said < many; said += AT_ONCE) {
      for (const text of texts.slice(said, said + AT_ONCE)) await alice.ask({ kind: 'send', group, text })
      await untilTexts(bob, [STAYS, ...texts.slice(0, said + AT_ONCE)])
      for (const person of people) await writeStored(person.page(), imageOf(folders.path, images, person))
      images++
    }
    const look = (person: Member, folder: string, earlier: number): Promise<Found> =>
      examine({ folder, passphrase: PASSPHRASE, images: Array.from({ length: earlier }, (_, i) => imageOf(folders.path, i, person)), texts })
    const before = await Promise.all(people.map((person) => look(person, imageOf(folders.path, images - 1, person), 0)))
    await bob.ask({ kind: 'markRead', group })
    for (const person of people) await untilTexts(person, [STAYS])
    if (ending !== 'killAtOnce') await pause(renewedMs)
    for (const person of people) await person.away(ending === 'stop' ? 'stop' : 'kill')
    if (ending === 'killAtOnce') {
      for (const person of people) {
        await person.back()
        await person.ask({ kind: 'unlock', passphrase: PASSPHRASE })
      }
      await pause(renewedMs)
      for (const person of people) await person.away('stop')
    }
    const after: Found[] = []
    for (const person of people) {
      const stored = join(folders.path, `after-${person.name}`)
      await readStored(browser, folderOf(person.name), join(folders.path, `copy-${person.name}`), stored)
      const found = await look(person, stored, images)
      const plain = countFound(
        folderOf(person.name),
        texts.flatMap((text) => [Buffer.from(text, 'utf8'), Buffer.from(text, 'utf16le')]),
      )
      after.push({ ...found, plain, any: Math.max(found.any, plain) })
    }
    return { ending, before, after }
  } finally {
    for (const person of people) await person.profile.remove()
    await relay.remove()
    folders.remove()
  }
}

const imageOf = (folder: string, number: number, { name }: Member): string => join(folder, `image-${number}-${name}`)

/** Of a profile that nobody runs: through a browser on a copy of it, where nobody unlocks it. */
async function readStored(browser: BrowserName, folder: string, copy: string, to: string): Promise<void> {
  cpSync(folder, copy, { recursive: true, filter: (path) => !/\/(Singleton|lock$|\.parentlock$|parent\.lock$)/.test(path) })
  const reader = await openMember(browser, 'Reader', { folder: copy, passphrase: PASSPHRASE })
  try {
    await waitUntil('the profile is locked', async () => (await reader.view()).phase === 'locked')
    await writeStored(reader.page(), to)
  } finally {
    await reader.profile.remove()
  }
}

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
