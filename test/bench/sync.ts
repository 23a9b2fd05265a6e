/**
 * `npm run bench -- sync`: a device that was away while 50 people wrote catches up, from the mailbox (4,000, its limit)
 * and from another member (1,000, 10,000 and 50,000), in Node and in Chromium. Rates are ratios to opening as many
 * envelopes in memory in the same run. `--quick`: five people, few messages. `--most N`: no more than N from a member.
 */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { NetworkPort } from '@sotto/engine'
import { createLibp2pNetwork } from '@sotto/transport'
import { startRelay } from '../../relay-node/src/index.ts'
import { openPlainPage } from '../e2e/plain-page.ts'
import { openMember, type Member } from '../e2e/support/group-of-browsers.ts'
import { type HeadlessProfile, startHeadlessProfile } from '../fixtures/headless-profile.ts'
import { makeTemporaryFolder } from '../fixtures/temporary-folder.ts'
import { waitUntil } from '../fixtures/wait-until.ts'
import { type CryptoFigures, measureCrypto } from './crypto-measurements.ts'
import { longestTask, watchThread } from './longest-task.ts'

const MINUTES_MS = 60_000
/** A relay without new traffic in this many successive polls has received everything. Time alone also passes during a task. */
const QUIET_LOOKS = 50
const LOOK_MS = 20
/** The benchmark is about the returning device: writers have no pace, and fill a mailbox from one address. */
const ROOMY = {
  appendsPerSecond: 50_000,
  appendBurst: 50_000,
  preKeyFetchesPerMinute: 10_000,
  groupMailboxRecords: 100_000,
  groupMailboxBytes: 1024 ** 3,
  freeBesideShare: 0,
}

export interface CatchUp {
  readonly where: 'Node' | 'Chromium'
  readonly from: 'mailbox' | 'peer'
  readonly messages: number
  /** From the start of the engine, or of the browser, to the last message. */
  readonly seconds: number
  readonly messagesPerSecond: number
  /** Ratio to the rate at which the same envelopes open in memory. */
  readonly ratioToMemory: number
  readonly longestTaskMs: number | null
}

export interface SyncBenchmark {
  readonly senders: number
  readonly openMicros: { readonly node: number; readonly chromium: number }
  readonly longestTaskIdleMs: number
  readonly catchUps: readonly CatchUp[]
  readonly table: string
}

export async function benchSync(): Promise<SyncBenchmark> {
  const isQuick = process.argv.includes('--quick')
  const people = isQuick ? 5 : 50
  const most = process.argv.includes('--most') ? Number(process.argv[process.argv.indexOf('--most') + 1]) : Number.POSITIVE_INFINITY
  const sizes = (isQuick ? [100, 500] : [1_000, 10_000, 50_000]).filter((messages) => messages <= most)
  const folder = makeTemporaryFolder('bench-sync-relay')
  const browserFolder = makeTemporaryFolder('bench-sync-browser')
  let frames = 0
  const relay = await startRelay({
    data: folder.path,
    host: '127.0.0.1',
    port: 0,
    httpPort: 0,
    mailboxLimits: ROOMY,
    onFrame: () => {
      frames++
    },
  })
  const server = await startHeadlessProfile('Server', { relays: relay.addresses })
  const senders: HeadlessProfile[] = []
  let inNode: HeadlessProfile | undefined
  let inBrowser: Member | undefined
  try {
    const group = (await server.ask({ kind: 'createGroup', title: 'Away' })).group ?? ''
    const letIn = async (peer: HeadlessProfile): Promise<void> => {
      const { invite = '' } = await server.ask({ kind: 'createInvite', group })
      await peer.ask({ kind: 'join', invite })
      await peer.until('in', ({ groups }) => (groups.find((each) => each.id === group)?.state === 'member' ? true : undefined), MINUTES_MS)
    }
    inNode = await startHeadlessProfile('Returning', { relays: relay.addresses })
    await letIn(inNode)
    const browser = (inBrowser = await openMember('chromium', 'Browser', { folder: browserFolder.path }))
    await waitUntil('the browser can sign up', async () => (await browser.view()).phase === 'noProfile')
    await browser.ask({ kind: 'createProfile', name: 'Browser', passphrase: null, relays: [] })
    await browser.ask({ kind: 'join', invite: (await server.ask({ kind: 'createInvite', group })).invite ?? '' })
    await waitUntil('the browser is in', async () => (await browser.group(group))?.state === 'member', MINUTES_MS)
    console.error(`${people} people join…`)
    for (let i = 0; i < people; i++) {
      const sender = await startHeadlessProfile(`Sender ${i}`, { relays: relay.addresses }, { createNetwork: relayOnly })
      senders.push(sender)
      await letIn(sender)
      await sender.stop()
    }
    await inNode.stop()
    await browser.away('stop')

    const untilQuiet = async (): Promise<void> => {
      for (let looks = 0, seen = frames; looks < QUIET_LOOKS; looks = seen === frames ? looks + 1 : 0) {
        seen = frames
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
      }
    }
    let written = 0
    /** Writes messages by all people together, which the server has and the absent device has not: at the relay, or no longer there. */
    const write = async (messages: number, from: CatchUp['from']): Promise<void> => {
      console.error(`${people} people write ${messages} messages…`)
      for (const sender of senders) {
        await sender.start()
        await sender.until('ready', ({ phase }) => (phase === 'ready' ? true : undefined), MINUTES_MS)
        for (let i = 0; i < messages / people; i++) await sender.ask({ kind: 'send', group, text: `Message number ${i} of a long absence.` })
        written += messages / people
        await server.until('the server has them', () => ((server.group(group)?.unread ?? 0) >= written ? true : undefined), 10 * MINUTES_MS)
        // The keys for the absent device may leave after the messages that they open.
        await untilQuiet()
        await sender.stop()
        // The next writer must not catch up with all of it first: that is what is measured later.
        if (from === 'peer') expireMailbox()
      }
    }
    let mailbox: Uint8Array | undefined
    /** The group's mailbox, by far the fullest after its first use, has expired. Inboxes with the keys have not. */
    const expireMailbox = (): void => {
      const database = new DatabaseSync(join(folder.path, 'mailboxes.sqlite'), { timeout: MINUTES_MS })
      mailbox ??= (database.prepare('SELECT mailbox FROM records GROUP BY mailbox ORDER BY count(*) DESC LIMIT 1').get() as { mailbox: Uint8Array } | undefined)
        ?.mailbox
      if (mailbox !== undefined) for (const table of ['records', 'usage']) database.prepare(`DELETE FROM ${table} WHERE mailbox = ?`).run(mailbox)
      database.close()
    }

    console.error('Opening in memory…')
    const memory = { node: openMicrosOf((await measureCrypto(1)).figures), chromium: await openMicrosInChromium() }
    const catchUps: CatchUp[] = []
    let idleMs = 0
    let had = 0
    const returnBoth = async (from: CatchUp['from'], messages: number): Promise<void> => {
      const peer = inNode
      if (peer === undefined) return
      console.error(`Catching up with ${messages} from the ${from}…`)
      const startMs = performance.now()
      await peer.start()
      await peer.until('the last', ({ groups }) => ((groups[0]?.unread ?? 0) >= had + messages ? true : undefined), 10 * MINUTES_MS)
      catchUps.push(figures('Node', from, messages, startMs, memory.node, null))
      await peer.stop()

      const browserMs = performance.now()
      await browser.back()
      const page = browser.page()
      await page.evaluate(watchThread, null)
      const unread = async (): Promise<number> => (await browser.group(group))?.unread ?? 0
      await waitUntil('the last', async () => (await unread()) >= had + messages, 10 * MINUTES_MS)
      catchUps.push(figures('Chromium', from, messages, browserMs, memory.chromium, await page.evaluate(longestTask, null)))
      await page.evaluate(watchThread, null)
      await new Promise((resolve) => setTimeout(resolve, 2_000))
      await unread()
      idleMs = await page.evaluate(longestTask, null)
      await browser.away('stop')
      had += messages
    }

    const fromMailbox = isQuick ? 400 : 4_000
    await write(fromMailbox, 'mailbox')
    await server.stop()
    await returnBoth('mailbox', fromMailbox)
    await server.start()
    await server.until('ready', ({ phase }) => (phase === 'ready' ? true : undefined), MINUTES_MS)
    for (const messages of sizes) {
      await write(messages, 'peer')
      await returnBoth('peer', messages)
    }
    return { senders: people, openMicros: memory, longestTaskIdleMs: idleMs, catchUps, table: tableOf(catchUps, idleMs) }
  } finally {
    await inBrowser?.profile.remove()
    for (const each of [...senders, ...(inNode === undefined ? [] : [inNode]), server]) await each.remove()
    await relay.stop()
    folder.remove()
    browserFolder.remove()
  }
}

/** A network without direct connections, so that the server does not catch up with a writer meanwhile. */
function relayOnly(): NetworkPort {
  const network = createLibp2pNetwork()
  return {
    ...network,
    start: (deliver) => network.start((event) => deliver('ownAddresses' in event ? { ...event, ownAddresses: [] } : event)),
    perform: (effect) => {
      if (effect.kind !== 'dialPeer') network.perform(effect)
    },
  }
}

const openMicrosOf = (figures: readonly CryptoFigures[]): number => figures.find(({ provider }) => provider === 'libsodium')?.openMicros ?? Number.NaN

async function openMicrosInChromium(): Promise<number> {
  const page = await openPlainPage('chromium', { entry: join(import.meta.dirname, 'crypto-page.ts'), quotaMib: 16 })
  try {
    return openMicrosOf(((await page.evaluate('measureCrypto(1)')) as { readonly figures: readonly CryptoFigures[] }).figures)
  } finally {
    await page.close()
  }
}

function figures(where: CatchUp['where'], from: CatchUp['from'], messages: number, startMs: number, openMicros: number, longestTaskMs: number | null): CatchUp {
  const seconds = (performance.now() - startMs) / 1_000
  const messagesPerSecond = Math.round(messages / seconds)
  const round = (value: number): number => Math.round(value * 100) / 100
  return {
    where,
    from,
    messages,
    seconds: round(seconds),
    messagesPerSecond,
    ratioToMemory: round(messagesPerSecond / (1e6 / openMicros)),
    longestTaskMs: longestTaskMs === null ? null : round(longestTaskMs),
  }
}

const tableOf = (catchUps: readonly CatchUp[], idleMs: number): string =>
  [
    '| where | from | messages | seconds | messages/s | of the rate in memory | longest task, ms (at rest) |',
    '|---|---|---|---|---|---|---|',
    ...catchUps.map(
      (each) =>
        `| ${each.where} | ${each.from} | ${each.messages} | ${each.seconds} | ${each.messagesPerSecond} | ${each.ratioToMemory} | ${each.longestTaskMs === null ? '–' : `${each.longestTaskMs} (${Math.round(idleMs * 10) / 10})`} |`,
    ),
  ].join('\n')
