/** A laptop's lid: the whole browser is frozen for longer than connections last, and continues without a reload. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HeadlessProfile, startHeadlessProfile } from '../fixtures/headless-profile.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'
import { LONG_PATIENCE_MS, waitUntil } from '../fixtures/wait-until.ts'
import { type Member, startMember } from './support/group-of-browsers.ts'

/** Longer than any connection of either end or of the relay waits for a sign of life: time itself is tested here. */
const CLOSED_MS = 90_000
const MESSAGES = 120

describe('a laptop whose lid is closed', () => {
  let relay: RelayProcess
  let desk: HeadlessProfile
  let laptop: Member
  let group: string

  beforeAll(async () => {
    relay = await startRelay()
    desk = await startHeadlessProfile('Desk', { relays: relay.addresses() })
    laptop = await startMember('chromium', 'Laptop')
    group = (await desk.ask({ kind: 'createGroup', title: 'Desk' })).group ?? ''
    const { invite = '' } = await desk.ask({ kind: 'createInvite', group })
    await laptop.ask({ kind: 'join', invite })
    await waitUntil('the laptop is in', async () => (await laptop.group(group))?.state === 'member')
    await laptop.ask({ kind: 'send', group, text: 'before' })
    await desk.untilTexts(group, ['before'])
    for (const each of [desk, laptop]) {
      await each.ask({ kind: 'setPrivacy', what: 'presence', isOn: true })
      await each.ask({ kind: 'active' })
    }
    await desk.until('a direct connection', ({ groups }) => (groups[0]?.connection === 'direct' ? true : undefined), LONG_PATIENCE_MS)
  })
  afterAll(async () => {
    await laptop?.profile.remove()
    await desk?.remove()
    await relay?.remove()
  })

  it('has all messages in order when it is opened, and can send', async () => {
    const browser = -laptop.profile.pid()
    const closedMs = performance.now()
    const texts = Array.from({ length: MESSAGES }, (_, i) => `meanwhile ${i}`)
    process.kill(browser, 'SIGSTOP')
    try {
      for (const text of texts) await desk.ask({ kind: 'send', group, text })
      await waitUntil('they are sent', async () => (await desk.messages(group, 1)).at(-1)?.state === 'sent', LONG_PATIENCE_MS)
      await desk.until(
        'no member is there',
        (view) => (view.groups[0]?.members.every(({ presence }) => presence !== 'here') === true ? true : undefined),
        LONG_PATIENCE_MS,
      )
      await waitUntil('the lid has been closed for long', () => performance.now() - closedMs >= CLOSED_MS, 2 * CLOSED_MS)
    } finally {
      process.kill(browser, 'SIGCONT')
    }
    const heard = async (): Promise<readonly string[]> => (await laptop.texts(group)).filter((text) => text.startsWith('meanwhile'))
    await waitUntil('the laptop has them', async () => (await heard()).length >= MESSAGES, LONG_PATIENCE_MS)
    expect(await heard()).toEqual(texts)
    await laptop.ask({ kind: 'send', group, text: 'after' })
    await desk.untilTexts(group, ['after'], LONG_PATIENCE_MS)
    await waitUntil('nothing is left closed', async () => (await laptop.group(group))?.unreadable.length === 0, LONG_PATIENCE_MS)
  })
})
