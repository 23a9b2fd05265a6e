/** The peer that sends the missed messages is killed in between, and so is the relay: nothing is lost or duplicated. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChromiumProfile } from '../fixtures/chromium.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'
import { LONG_PATIENCE_MS, waitUntil } from '../fixtures/wait-until.ts'
import { type Member, meet, startMember } from './support/group-of-browsers.ts'

const MESSAGES = 240
/** Of Carol's engine, whose vault stays locked until it is slowed: some hundred messages then take seconds. */
const TIMES_SLOWER = 8
const PASSPHRASE = 'correct horse battery staple'

describe('a catch-up that is interrupted', () => {
  let relay: RelayProcess
  let alice: Member
  let bob: Member
  let carol: Member
  let group: string

  beforeAll(async () => {
    relay = await startRelay()
    ;[alice, bob, carol] = await Promise.all([startMember('chromium', 'Alice'), startMember('chromium', 'Bob'), startMember('chromium', 'Carol', PASSPHRASE)])
    group = await meet(relay, alice, [bob, carol])
  })
  afterAll(async () => {
    for (const each of [alice, bob, carol]) await each?.profile.remove()
    await relay?.remove()
  })

  const ofWord = async (reader: Member, word: string): Promise<readonly string[]> => (await reader.texts(group)).filter((text) => text.startsWith(word))
  /**
   * Carol is away, Alice writes many messages, Bob has them. Where `isRelayRobbed`, the relay has lost them. Carol comes
   * back and is interrupted when she has some of them, not all: on a machine so slow that this moment cannot be missed.
   */
  const interrupted = async (word: string, isRelayRobbed: boolean, interrupt: () => Promise<unknown>): Promise<readonly string[]> => {
    const unread = async (): Promise<number> => (await carol.group(group))?.unread ?? 0
    const before = await unread()
    await carol.away('stop')
    const texts = Array.from({ length: MESSAGES }, (_, i) => `${word} ${i}`)
    await alice.sendAll(group, texts)
    await waitUntil('Bob has them', async () => (await ofWord(bob, word)).length >= MESSAGES, LONG_PATIENCE_MS)
    await waitUntil('the last is sent', async () => (await alice.messages(group)).at(-1)?.state !== 'sending', LONG_PATIENCE_MS)
    if (isRelayRobbed) {
      await relay.kill()
      relay.wipeStore()
      await relay.start()
    }
    await carol.back()
    await waitUntil('Carol is asked for her passphrase', async () => (await carol.view()).phase === 'locked')
    const atFullSpeed = await (carol.profile as ChromiumProfile).slowEngine(TIMES_SLOWER)
    await carol.ask({ kind: 'unlock', passphrase: PASSPHRASE })
    let had = 0
    await waitUntil('Carol has some of it', async () => (had = (await unread()) - before) > 0, LONG_PATIENCE_MS)
    expect(had).toBeLessThan(MESSAGES)
    await interrupt()
    atFullSpeed()
    return texts
  }
  const hasAll = async (word: string, texts: readonly string[]): Promise<void> => {
    await waitUntil('Carol has all', async () => (await ofWord(carol, word)).length >= MESSAGES, LONG_PATIENCE_MS)
    expect(await ofWord(carol, word)).toEqual(texts)
    await waitUntil('nothing is left closed', async () => (await carol.group(group))?.unreadable.length === 0, LONG_PATIENCE_MS)
  }

  it('by the death of the relay continues with the members, or when it is back', async () => {
    const texts = await interrupted('relay killed', false, relay.kill)
    await relay.start()
    await hasAll('relay killed', texts)
  })

  it('by the death of all who have the messages continues when they are back', async () => {
    const texts = await interrupted('peer killed', true, () => Promise.all([bob.away('kill'), alice.away('kill')]))
    const kept = (await ofWord(carol, 'peer killed')).length
    expect(kept).toBeGreaterThan(0)
    await bob.back()
    await alice.back()
    await hasAll('peer killed', texts)
  })
})
