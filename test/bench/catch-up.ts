/**
 * `npm run bench -- catch-up`: the longest block of the popup's thread while the engine beside it catches up with 1,000
 * messages, as a ratio to the same page at rest. Popup and engine share one thread in Chromium, so the person waits for
 * everything that the engine does not yield for.
 */
import { askEngine } from '../fixtures/engine-link.ts'
import { startHeadlessProfile } from '../fixtures/headless-profile.ts'
import { startProfile } from '../fixtures/start-profile.ts'
import { makeTemporaryFolder } from '../fixtures/temporary-folder.ts'
import { waitUntil } from '../fixtures/wait-until.ts'
import { startRelay } from '../../relay-node/src/index.ts'
import { longestTask, watchThread } from './longest-task.ts'
import type { AppPage } from '../fixtures/browser-profile.ts'

const MESSAGES = 1_000
/** The benchmark is about the browser: the sender is not held to a person's pace. */
const UNPACED = { appendsPerSecond: 5_000, appendBurst: 5_000 }

export interface CatchUpBenchmark {
  readonly messages: number
  readonly catchUpSeconds: number
  readonly messagesPerSecond: number
  /** From opening the engine (its code, its database, its network) to the first message. */
  readonly openingLongestTaskMs: number
  /** While messages arrive. */
  readonly longestTaskMs: number
  readonly longestTaskIdleMs: number
  readonly ratio: number
  readonly table: string
}

export async function benchCatchUp(): Promise<CatchUpBenchmark> {
  const folder = makeTemporaryFolder('bench-relay')
  const relay = await startRelay({ data: folder.path, host: '127.0.0.1', port: 0, httpPort: 0, mailboxLimits: UNPACED })
  const alice = await startHeadlessProfile('Alice', { relays: relay.addresses })
  const bob = await startProfile('chromium', { name: 'bench' })
  try {
    const { group = '' } = await alice.ask({ kind: 'createGroup', title: 'Catch-up' })
    const { invite = '' } = await alice.ask({ kind: 'createInvite', group })
    let page = await bob.open('popup')
    await waitUntil('no profile yet', async () => (await askEngine(page, { kind: 'explain' })).view.phase === 'noProfile')
    await askEngine(page, { kind: 'createProfile', name: 'Bob', passphrase: null, relays: [] })
    await askEngine(page, { kind: 'join', invite })
    await waitUntil('Bob is in', async () => (await stateOf(page, group))?.state === 'member')
    await bob.stop()
    console.error(`Sending ${MESSAGES} messages…`)
    for (let i = 0; i < MESSAGES; i++) await alice.ask({ kind: 'send', group, text: `Message number ${i} of a long absence.` })
    await waitUntil('all sent', async () => (await alice.messages(group, 1))[0]?.state === 'sent', 120_000)

    await bob.start()
    page = await bob.open('popup')
    const startMs = performance.now()
    await page.evaluate(watchThread, null)
    await waitUntil('the first is there', async () => ((await stateOf(page, group))?.unread ?? 0) > 0, 60_000)
    const openingLongestTaskMs = await page.evaluate(longestTask, null)
    await page.evaluate(watchThread, null)
    await waitUntil('all there', async () => ((await stateOf(page, group))?.unread ?? 0) >= MESSAGES, 120_000)
    const seconds = (performance.now() - startMs) / 1000
    const longestTaskMs = await page.evaluate(longestTask, null)
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    await page.evaluate(watchThread, null)
    // At rest for as long as the catch-up took, with polls as frequent as the wait above.
    const untilMs = performance.now() + seconds * 1000
    while (performance.now() < untilMs) {
      await stateOf(page, group)
      await new Promise((resolve) => setTimeout(resolve, 40))
    }
    const longestTaskIdleMs = await page.evaluate(longestTask, null)
    const ratio = Math.round((longestTaskMs / longestTaskIdleMs) * 10) / 10
    const rounded = (value: number): number => Math.round(value * 10) / 10
    return {
      messages: MESSAGES,
      catchUpSeconds: rounded(seconds),
      messagesPerSecond: Math.round(MESSAGES / seconds),
      openingLongestTaskMs: rounded(openingLongestTaskMs),
      longestTaskMs: rounded(longestTaskMs),
      longestTaskIdleMs: rounded(longestTaskIdleMs),
      ratio,
      table: `Longest task on the popup's thread: ${rounded(longestTaskMs)} ms while ${MESSAGES} messages came in ${rounded(seconds)} s, ${rounded(longestTaskIdleMs)} ms at rest: ${ratio} times.`,
    }
  } finally {
    await bob.remove()
    await alice.remove()
    await relay.stop()
    folder.remove()
  }
}

const stateOf = async (page: AppPage, group: string) => (await askEngine(page, { kind: 'explain' })).view.groups.find((each) => each.id === group)
