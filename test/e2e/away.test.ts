/** A member that was away misses nothing: from the mailbox, and from another member after the relay lost everything. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'
import { LONG_PATIENCE_MS, waitUntil } from '../fixtures/wait-until.ts'
import { type Member, meet, startMember } from './support/group-of-browsers.ts'

/** Crosses the rotation of a sender key after 100 messages. */
const MESSAGES = 150

describe.each(wantedBrowsers())('three people, one of them often away with %s', (browserOfCarol) => {
  let relay: RelayProcess
  let alice: Member
  let bob: Member
  let carol: Member
  let group: string

  beforeAll(async () => {
    relay = await startRelay()
    ;[alice, bob, carol] = await Promise.all([startMember('chromium', 'Alice'), startMember('chromium', 'Bob'), startMember(browserOfCarol, 'Carol')])
    group = await meet(relay, alice, [bob, carol])
  })
  afterAll(async () => {
    for (const each of [alice, bob, carol]) await each?.profile.remove()
    await relay?.remove()
  })

  const sayMany = async (from: Member, word: string): Promise<readonly string[]> => {
    const texts = Array.from({ length: MESSAGES }, (_, i) => `${word} ${i}`)
    await from.sendAll(group, texts)
    return texts
  }
  const lastState = async (from: Member): Promise<string | null | undefined> => (await from.messages(group)).at(-1)?.state
  const ofWord = async (reader: Member, word: string): Promise<readonly string[]> => (await reader.texts(group)).filter((text) => text.startsWith(word))

  it('get all of it from the mailbox, in order', async () => {
    await carol.away('stop')
    const texts = await sayMany(alice, 'waiting')
    await waitUntil('the last is sent', async () => (await lastState(alice)) !== 'sending', LONG_PATIENCE_MS)
    await carol.back()
    await waitUntil('Carol has them', async () => (await ofWord(carol, 'waiting')).length >= MESSAGES, LONG_PATIENCE_MS)
    expect(await ofWord(carol, 'waiting')).toEqual(texts)
    expect((await alice.group(group))?.security.keyId).toBeGreaterThan(1)
  })

  it('get all of it from another member, in order, after the relay lost its store', async () => {
    await carol.away('stop')
    const texts = await sayMany(alice, 'lost by the relay')
    await waitUntil('Bob has them', async () => (await ofWord(bob, 'lost')).length >= MESSAGES, LONG_PATIENCE_MS)
    await relay.kill()
    relay.wipeStore()
    await relay.start()
    await carol.back()
    await waitUntil('Carol has them', async () => (await ofWord(carol, 'lost')).length >= MESSAGES, LONG_PATIENCE_MS)
    expect(await ofWord(carol, 'lost')).toEqual(texts)
    await waitUntil('nothing is left closed', async () => (await carol.group(group))?.unreadable.length === 0, LONG_PATIENCE_MS)
  })
})
