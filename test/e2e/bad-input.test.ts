/** Mistakes of a person, and trouble around them: each leads to a sentence, and nothing is lost. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { formatInvite, parseInvite } from '@sotto/crypto'
import { loadSodiumPrimitives } from '@sotto/crypto/primitives'
import { asPerson, type Person } from '../../scripts/tour/person.ts'
import { startChromium, type ChromiumProfile } from '../fixtures/chromium.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'
import { LONG_PATIENCE_MS } from '../fixtures/wait-until.ts'

const PASSPHRASE = 'correct horse battery'
const INVITE = { role: 'textbox', name: 'Invite' } as const
const MESSAGE = { role: 'textbox', name: 'Message' } as const

describe('a person who gets things wrong', () => {
  let relay: RelayProcess
  let profile: ChromiumProfile
  let alice: Person
  let invite: string

  beforeAll(async () => {
    relay = await startRelay()
    profile = await startChromium({ name: 'clumsy' })
    alice = await asPerson('Alice', profile, relay.addresses()[0] ?? '')
    await alice.signUp(null, PASSPHRASE)
    await alice.createGroup('Desk')
    invite = await alice.invite()
    await alice.page().click({ role: 'button', name: 'Back' })
  })
  afterAll(async () => {
    await profile?.remove()
    await relay?.remove()
  })

  it.each([
    ['no invite at all', () => 'hello there', /not a Sotto invite/],
    ['one that was cut off', () => invite.slice(0, -9), /damaged|incomplete|missing|cut|part/i],
    ['one that has expired', () => expired(invite), /expired/i],
  ])('pastes %s and is told so', async (_what, text, sentence) => {
    const page = alice.page()
    await page.click({ role: 'button', name: 'Paste an invite' })
    await page.fill(INVITE, await text())
    await page.click({ role: 'button', name: 'Join group' })
    await page.waitForText(sentence)
    expect(await page.value(INVITE)).not.toBe('')
    await page.click({ role: 'button', name: 'Back' })
  })

  it('writes too much and keeps it', async () => {
    const page = alice.page()
    await page.click({ role: 'link', nameIncludes: 'Desk' })
    const long = 'long '.repeat(4_000)
    await page.fill(MESSAGE, long)
    await page.waitForText('Too long by')
    expect((await page.value(MESSAGE)).length).toBe(long.length)
    await page.fill(MESSAGE, '')
  })

  it('writes while the relay is gone, is told, and the message leaves when it is back', async () => {
    const page = alice.page()
    await relay.kill()
    await page.waitForText(/None of this group’s relays can be reached|You are offline/, { withinMs: LONG_PATIENCE_MS })
    await alice.say('written meanwhile')
    await page.waitForText('Sending')
    await relay.start()
    await page.waitForText('Sent', { inside: { role: 'log', name: 'Messages' }, withinMs: LONG_PATIENCE_MS })
  })

  it('mistypes the passphrase after the engine ended, and finds everything with the right one', async () => {
    await profile.closeEnginePage()
    await alice.reopen()
    const page = alice.page()
    await alice.unlock('wrong horse battery')
    await page.waitForText(/That is not the passphrase/, { withinMs: LONG_PATIENCE_MS })
    await alice.unlock(PASSPHRASE)
    await page.waitForText('written meanwhile', { withinMs: LONG_PATIENCE_MS })
  })
})

async function expired(text: string): Promise<string> {
  const primitives = await loadSodiumPrimitives()
  const invite = parseInvite(primitives, text)
  if ('code' in invite) throw new Error(`the invite is ${invite.code}`)
  return formatInvite(primitives, { ...invite, group: new Uint8Array(32).fill(7) as typeof invite.group, expiresMs: 1 }) ?? ''
}
