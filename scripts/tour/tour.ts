/**
 * The tour: the main path in real browsers, as a person would take it, each step with its time and a picture.
 */
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { startProfile } from '../../test/fixtures/start-profile.ts'
import { startRelay } from '../../test/fixtures/relay-process.ts'
import { LONG_PATIENCE_MS } from '../../test/fixtures/wait-until.ts'
import type { BrowserName } from '../browsers.ts'
import { ROOT } from '../repository.ts'
import { asPerson, type Person } from './person.ts'

export interface TourStep {
  readonly step: string
  readonly seconds: number
}

const PICTURES = join(ROOT, 'out', 'tour')
/** Long enough for a browser on a busy machine, short enough for a test that nothing comes. */
const SILENCE_MS = 3_000

/** Plays it. Rejects with what went wrong. Everything that was started is ended either way. */
export async function playTour(browsers: readonly BrowserName[], print: (line: string) => void): Promise<readonly TourStep[]> {
  rmSync(PICTURES, { recursive: true, force: true })
  mkdirSync(PICTURES, { recursive: true })
  const steps: TourStep[] = []
  const started: { readonly remove: () => Promise<void> }[] = []
  let pictures = 0
  let everybody: readonly Person[] = []
  const picture = async (person: Person, what: string): Promise<void> =>
    person.screenshot(join(PICTURES, `${String(++pictures).padStart(2, '0')}-${person.name.toLowerCase()}-${what}.png`))
  const step = async <T>(name: string, act: () => Promise<T>): Promise<T> => {
    const startMs = performance.now()
    const waiting = setInterval(() => print(`  … ${name}`), 2_000)
    try {
      const result = await act()
      const seconds = Math.round((performance.now() - startMs) / 10) / 100
      steps.push({ step: name, seconds })
      print(`${seconds.toFixed(2).padStart(7)} s  ${name}`)
      return result
    } finally {
      clearInterval(waiting)
    }
  }
  const keep = <T extends { readonly remove: () => Promise<void> }>(thing: T): T => {
    started.push(thing)
    return thing
  }
  try {
    const relay = await step('A relay starts on this machine', async () => keep(await startRelay({ name: 'tour' })))
    const address = relay.addresses()[0] ?? ''
    const names = ['Alice', 'Bob', 'Carol'] as const
    const people = await step('Three browsers start with the extension', () =>
      Promise.all(names.map(async (name, i) => asPerson(name, keep(await startProfile(browsers[i] ?? 'chromium', { name: name.toLowerCase() })), address))),
    )
    everybody = people
    const [alice, bob, carol] = people as [Person, Person, Person]
    await picture(alice, 'welcome')
    await step('Alice makes a profile with a passphrase, Bob and Carol without', () =>
      Promise.all([alice.signUp(address, 'correct horse battery'), bob.signUp(address), carol.signUp(address)]),
    )
    await picture(alice, 'list')
    await step('Alice makes a group', () => alice.createGroup('City desk'))
    const invite = await step('Alice copies an invite', () => alice.invite())
    for (const person of [bob, carol]) {
      await step(`${person.name} pastes it and is let in`, async () => {
        await person.paste(invite)
        await person.page().waitFor({ role: 'textbox', name: 'Message' })
      })
    }
    await picture(bob, 'joined')
    await step('Everybody writes, everybody reads', async () => {
      for (const person of people) await person.say(`Hello from ${person.name}`)
      for (const reader of people) for (const writer of people) await reader.hears(`Hello from ${writer.name}`)
    })
    await picture(alice, 'conversation')
    await step('They let each other see that they are there', async () => {
      for (const each of people) {
        await each.showsPresence()
        await each.open('City desk')
      }
    })
    await step('They are connected directly', () => Promise.all(people.map((each) => each.page().waitForText('Direct', { withinMs: LONG_PATIENCE_MS }))))
    await step('The relay is stopped', async () => void (await relay.stop()))
    await step('Bob writes without a relay, Alice and Carol read it', async () => {
      await bob.say('The relay is gone. Can you read this?')
      await Promise.all([alice, carol].map((each) => each.hears('Can you read this?')))
    })
    await picture(carol, 'without-relay')
    await step('The relay is back', () => relay.start())
    await step('Alice removes Carol, who is told', async () => {
      await alice.remove('Carol')
      await carol.page().waitForText('You were removed', { withinMs: LONG_PATIENCE_MS })
    })
    await picture(carol, 'removed')
    await step('Alice writes, Bob reads it, Carol does not', async () => {
      await alice.say('Only the two of us now')
      await bob.hears('Only the two of us now')
      await new Promise((resolve) => setTimeout(resolve, SILENCE_MS))
      if ((await carol.page().text()).includes('Only the two of us now')) throw new Error('Carol reads what was said after she was removed')
    })
    await picture(alice, 'after-removal')
    await step('The popup closes and opens: all is there', async () => {
      await alice.reopen()
      await alice.page().waitForText('City desk')
    })
    return steps
  } catch (fault) {
    for (const person of everybody) await person.screenshot(join(PICTURES, `failed-${person.name.toLowerCase()}.png`)).catch(() => {})
    throw fault
  } finally {
    for (const thing of started.reverse()) await thing.remove().catch((fault: unknown) => print(`  (while tidying up: ${String(fault)})`))
  }
}
