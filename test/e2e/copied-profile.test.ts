/**
 * A profile's folder that is copied and started twice, one after the other and both at once. Nothing on the disk
 * distinguishes a copy, and still no place of a sender key is used twice, and every message is received.
 */
import { cpSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startRelay as startRelayHere, type Relay } from '@sotto/relay-node'
import { type HeadlessProfile, startHeadlessProfile } from '../fixtures/headless-profile.ts'
import { makeTemporaryFolder } from '../fixtures/temporary-folder.ts'
import { LONG_PATIENCE_MS, waitUntil } from '../fixtures/wait-until.ts'
import { type Member, openMember } from './support/group-of-browsers.ts'
import { watchSealedPlaces } from './support/sealed-places.ts'

describe('a profile that is copied', () => {
  const sealed = watchSealedPlaces()
  const relayFolder = makeTemporaryFolder('copied-relay')
  const firstFolder = makeTemporaryFolder('first')
  const copyFolder = makeTemporaryFolder('copy')
  let relay: Relay
  let onlooker: HeadlessProfile
  let first: Member
  let copy: Member
  let group: string
  const said: string[] = []

  beforeAll(async () => {
    relay = await startRelayHere({ data: relayFolder.path, host: '127.0.0.1', port: 0, httpPort: 0, onFrame: sealed.onFrame })
    onlooker = await startHeadlessProfile('Olga', { relays: relay.addresses }, { wrapVault: sealed.wrapVault })
    group = (await onlooker.ask({ kind: 'createGroup', title: 'Desk' })).group ?? ''
    const { invite = '' } = await onlooker.ask({ kind: 'createInvite', group })
    first = await openMember('chromium', 'First', { folder: firstFolder.path })
    await waitUntil('one can sign up', async () => (await first.view()).phase === 'noProfile')
    await first.ask({ kind: 'createProfile', name: 'First', passphrase: null, relays: [] })
    await first.ask({ kind: 'join', invite })
    await waitUntil('the first is in', async () => (await first.group(group))?.state === 'member')
  })
  afterAll(async () => {
    await first?.profile.remove()
    await copy?.profile.remove()
    await onlooker?.remove()
    await relay?.stop()
    for (const folder of [relayFolder, firstFolder, copyFolder]) folder.remove()
  })

  const say = async (by: Member, word: string): Promise<void> => {
    for (let i = 0; i < 5; i++) {
      said.push(`${word} ${i}`)
      await by.ask({ kind: 'send', group, text: `${word} ${i}` })
    }
  }
  const isAllHeard = () => onlooker.untilTexts(group, said, LONG_PATIENCE_MS)
  const isNoPlaceUsedTwice = async (): Promise<void> => {
    const places = await sealed.read()
    expect([...places.values()].reduce((sum, each) => sum + each.size, 0)).toBeGreaterThanOrEqual(said.length)
    for (const [place, envelopes] of places) expect(envelopes.size, place).toBe(1)
  }

  it('is heard from the first, and then from the copy, which knows nothing of what the first sent since', async () => {
    await say(first, 'before')
    await isAllHeard()
    await first.away('stop')
    cpSync(firstFolder.path, copyFolder.path, { recursive: true })
    await first.back()
    await say(first, 'first')
    await isAllHeard()
    await first.away('stop')
    copy = await openMember('chromium', 'Copy', { folder: copyFolder.path })
    await waitUntil('the copy is there', async () => (await copy.view()).phase === 'ready')
    await say(copy, 'copy')
    await isAllHeard()
    await isNoPlaceUsedTwice()
  })

  it('is heard from both at once', async () => {
    await first.back()
    await Promise.all([say(first, 'both, first'), say(copy, 'both, copy')])
    await isAllHeard()
    await isNoPlaceUsedTwice()
  })

  it('is told so in the settings of the one that was there first', async () => {
    await copy.page().click({ role: 'button', name: 'Settings' })
    await copy.page().waitForText('another copy of this profile reads the same inbox')
  })
})
