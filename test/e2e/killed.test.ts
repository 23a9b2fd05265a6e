/**
 * SIGKILLs of a browser while it sends: no iteration of a sender key is used for two envelopes, nothing that showed as sent
 * is lost, and the next start knows that the stop was unclean. (The storage adapter asserts the strictness of each
 * transaction. A SIGKILL alone cannot show it, because the page cache survives.)
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startRelay as startRelayHere, type Relay } from '@sotto/relay-node'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import { type HeadlessProfile, startHeadlessProfile } from '../fixtures/headless-profile.ts'
import { makeTemporaryFolder } from '../fixtures/temporary-folder.ts'
import { LONG_PATIENCE_MS, waitUntil } from '../fixtures/wait-until.ts'
import { type Member, startMember } from './support/group-of-browsers.ts'
import { watchPreKeyNumbers } from './support/pre-key-numbers.ts'
import { watchSealedPlaces } from './support/sealed-places.ts'

/** At least so many kills, and more until enough of them came before every send was answered. */
const KILLS = 4
const IN_FLIGHT_AT_LEAST = 3
const KILLS_AT_MOST = 12
const BURST = 40
/** The least jump of prekey numbers at a start after an unclean stop. */
const JUMP = 65_536

describe.each(wantedBrowsers())('%s, killed while it sends', (browser) => {
  const folder = makeTemporaryFolder('killed-relay')
  const sealed = watchSealedPlaces()
  const preKeys = watchPreKeyNumbers()
  let relay: Relay
  let onlooker: HeadlessProfile
  let sender: Member
  let group: string

  beforeAll(async () => {
    relay = await startRelayHere({
      data: folder.path,
      host: '127.0.0.1',
      port: 0,
      httpPort: 0,
      onFrame: (direction, frame) => {
        sealed.onFrame(direction, frame)
        preKeys.onFrame(frame)
      },
    })
    onlooker = await startHeadlessProfile('Olga', { relays: relay.addresses }, { wrapVault: sealed.wrapVault })
    sender = await startMember(browser, 'Sender')
    const made = await onlooker.ask({ kind: 'createGroup', title: 'Desk' })
    group = made.group ?? ''
    const { invite = '' } = await onlooker.ask({ kind: 'createInvite', group })
    await sender.ask({ kind: 'join', invite })
    await waitUntil('the sender is in', async () => (await sender.group(group))?.state === 'member')
  })
  afterAll(async () => {
    await sender?.profile.remove()
    await onlooker?.remove()
    await relay?.stop()
    folder.remove()
  })

  const shownAsSent = new Set<string>()
  const look = async (): Promise<void> => {
    for (const { body, state } of await sender.messages(group)) {
      if (body.kind === 'text' && (state === 'sent' || state === 'delivered')) shownAsSent.add(body.text)
    }
  }
  const showAsSent = async (text: string): Promise<void> => {
    await sender.ask({ kind: 'send', group, text })
    await waitUntil('it shows as sent', async () => {
      await look()
      return shownAsSent.has(text)
    })
  }
  /** Sends many at once. Resolves with how many are answered as soon as that exceeds a number, not at the next poll. */
  const burst = async (word: string, moreThan: number): Promise<number> => {
    let answered = 0
    await new Promise<void>((enough) => {
      for (let i = 0; i < BURST; i++) {
        const sent = sender.ask({ kind: 'send', group, text: `${word}, message ${i}` })
        sent.then(() => ++answered > moreThan && enough()).catch(() => {})
        if (i % 8 === 7) look().catch(() => {})
      }
    })
    return answered
  }

  it('uses no iteration twice, loses nothing that it showed as sent, and knows each unclean stop', async () => {
    let kills = 0
    let withUnanswered = 0
    const isEnough = (): boolean => kills >= KILLS && withUnanswered >= IN_FLIGHT_AT_LEAST
    for (; !isEnough() && kills < KILLS_AT_MOST; kills++) {
      // Every second life shows a message as sent before it ends.
      if (kills % 2 === 1) await showAsSent(`kill ${kills}, seen as sent`)
      // From hardly any answered to half of them, spread over the kills.
      if ((await burst(`kill ${kills}`, (kills % KILLS) * 3)) < BURST) withUnanswered++
      await sender.away('kill')
      await sender.back()
    }
    await sender.ask({ kind: 'send', group, text: 'the last word' })
    await onlooker.untilTexts(group, ['the last word'], LONG_PATIENCE_MS)
    await onlooker.untilTexts(group, [...shownAsSent], LONG_PATIENCE_MS)
    // Messages that were durable before a kill leave after it.
    await waitUntil('nothing is left to send', async () => (await sender.messages(group)).every(({ state }) => state !== 'sending'), LONG_PATIENCE_MS)
    await onlooker.untilTexts(group, await sender.texts(group), LONG_PATIENCE_MS)
    await waitUntil('each unclean stop is known as one', () => preKeys.highest() > kills * JUMP)

    console.log(`${browser}: ${kills} kills, ${withUnanswered} of them with sends that were not answered`)
    expect(withUnanswered).toBeGreaterThanOrEqual(IN_FLIGHT_AT_LEAST)
    expect(shownAsSent.size).toBeGreaterThanOrEqual(kills / 2)
    const places = await sealed.read()
    expect(places.size).toBeGreaterThan(kills)
    for (const [place, envelopes] of places) expect(envelopes.size, place).toBe(1)
  })
})
