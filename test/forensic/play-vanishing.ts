/** Texts vanish on real files in processes that are stopped or killed, and what is left of them is looked for. */
import { spawn } from 'node:child_process'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { killOwned, ownProcess } from '../fixtures/owned-processes.ts'
import { startRelay } from '../fixtures/relay-process.ts'
import { makeTemporaryFolder } from '../fixtures/temporary-folder.ts'
import { within } from '../fixtures/wait-until.ts'
import { examine, type Found } from './examine.ts'
import { textOf } from './forensic-texts.ts'

const PASSPHRASE = 'a passphrase for the forensic test'
const PROCESS = join(import.meta.dirname, 'vanishing-process.ts')
const PATIENCE_MS = 10 * 60_000

/**
 * How it ends: `stop`: cleanly, after the keys of rows were replaced. `kill`: by SIGKILL, likewise. `killAtOnce`: by SIGKILL in the moment
 * when the last text vanished; the next start does what was left.
 */
export type Ending = 'stop' | 'kill' | 'killAtOnce'

export interface Played {
  readonly ending: Ending
  /** What there was to be found of the author and the reader, by their own folders of before. */
  readonly before: readonly Found[]
  readonly after: readonly Found[]
}

interface Player {
  /** Resolves when it says that it is there. */
  readonly until: (place: string) => Promise<void>
  readonly goOn: () => void
  readonly kill: () => Promise<void>
  readonly ended: Promise<number | null>
}

/** `renewedMs`: how long is waited for the keys of rows. */
export async function playVanishing(ending: Ending, texts: number, seconds: number, renewedMs: number): Promise<Played> {
  const folders = makeTemporaryFolder(`forensic-${ending}`)
  const relay = await startRelay({ name: `forensic-${ending}` })
  try {
    const people = ['alice', 'bob'].map((name) => join(folders.path, name))
    const images: string[] = []
    const takeImage = (): void => {
      const image = join(folders.path, `image-${images.length}`)
      for (const person of people) cpSync(person, join(image, person.split('/').at(-1) ?? ''), { recursive: true })
      images.push(image)
    }
    const look = (of: readonly string[], earlier: readonly string[]): Promise<readonly Found[]> =>
      Promise.all(
        of.map((folder, i) =>
          examine({
            folder,
            passphrase: PASSPHRASE,
            images: earlier.map((image) => join(image, i === 0 ? 'alice' : 'bob')),
            texts: Array.from({ length: texts }, (_, number) => textOf(number)),
          }),
        ),
      )
    const player = begin(relay.addresses()[0] ?? '', ...people, PASSPHRASE, String(texts), String(seconds))
    for (let said = 0; said < texts; said += 20) {
      await player.until('some')
      takeImage()
      player.goOn()
    }
    await player.until('said')
    takeImage()
    player.goOn()
    await player.until('vanished')
    if (ending !== 'killAtOnce') await pause(renewedMs)
    if (ending === 'stop') player.goOn()
    else await player.kill()
    await player.ended
    if (ending === 'killAtOnce') {
      const later = begin('again', ...people, PASSPHRASE)
      await later.until('started')
      await pause(renewedMs)
      later.goOn()
      await later.ended
    }
    const last = images.at(-1) ?? ''
    const before = await look(
      people.map((_, i) => join(last, i === 0 ? 'alice' : 'bob')),
      [],
    )
    return { ending, before, after: await look(people, images) }
  } finally {
    await relay.remove()
    folders.remove()
  }
}

function begin(...words: readonly string[]): Player {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', PROCESS, ...words], { detached: true, stdio: ['pipe', 'pipe', 'inherit'] })
  const { pid } = child
  if (pid === undefined) throw new Error('no process')
  ownProcess(pid)
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve))
  const said: string[] = []
  let heard = (): void => {}
  createInterface({ input: child.stdout }).on('line', (line) => {
    said.push(line)
    heard()
  })
  return {
    until: (place) =>
      within(
        `the process to say ${place}`,
        PATIENCE_MS,
        new Promise((resolve, reject) => {
          heard = () => {
            if (said[0] !== place) return
            said.shift()
            resolve()
          }
          heard()
          void ended.then((code) => reject(new Error(`the process ended with ${code}`)))
        }),
      ),
    goOn: () => void child.stdin.write('\n'),
    kill: () => killOwned(pid),
    ended,
  }
}

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
