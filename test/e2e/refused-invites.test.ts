/** Invites that admit no joiner any more, or never did: a person who pastes one is told what happened and what to do. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asPerson, type Person } from '../../scripts/tour/person.ts'
import { startChromium } from '../fixtures/chromium.ts'
import { type HeadlessProfile, startHeadlessProfile } from '../fixtures/headless-profile.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'
import { LONG_PATIENCE_MS } from '../fixtures/wait-until.ts'

const REFUSED = { role: 'heading', name: 'You could not join' } as const

describe('a joiner whose invite is no longer valid', () => {
  let relay: RelayProcess
  let admin: HeadlessProfile
  let newMember: Person

  beforeAll(async () => {
    relay = await startRelay()
    admin = await startHeadlessProfile('Admin', { relays: relay.addresses() })
    newMember = await asPerson('Nadia', await startChromium({ name: 'new-member' }), null)
    await newMember.signUp(null)
    const kept = await admin.ask({ kind: 'createGroup', title: 'Kept' })
    const { invite = '' } = await admin.ask({ kind: 'createInvite', group: kept.group ?? '' })
    await newMember.paste(invite)
    await newMember.page().waitFor({ role: 'textbox', name: 'Message' })
    await newMember.say('still here')
    await newMember.page().click({ role: 'button', name: 'Back' })
  })
  afterAll(async () => {
    await newMember?.profile.remove()
    await admin?.remove()
    await relay?.remove()
  })

  /** A group of the admin's with an invite for a number of uses, and the invite. */
  const invited = async (title: string, uses: number): Promise<{ readonly group: string; readonly invite: string }> => {
    const { group = '' } = await admin.ask({ kind: 'createGroup', title })
    const { invite = '' } = await admin.ask({ kind: 'createInvite', group, uses })
    return { group, invite }
  }
  /** Pastes it, reads the sentence, takes it off the list. What was there before is still there. */
  const isRefused = async (invite: string, sentence: string): Promise<void> => {
    const page = newMember.page()
    await newMember.paste(invite)
    await page.waitFor(REFUSED, LONG_PATIENCE_MS)
    await page.waitForText(sentence)
    await page.click({ role: 'button', name: 'Remove from the list' })
    await page.click({ role: 'link', nameIncludes: 'Kept' })
    await newMember.hears('still here')
    await page.click({ role: 'button', name: 'Back' })
  }

  it('is told that it was revoked', async () => {
    const { group, invite } = await invited('Closed', 5)
    await admin.ask({ kind: 'revokeInvites', group })
    await isRefused(invite, 'The invite was revoked. Nothing was lost; ask whoever sent it for a new one.')
    expect(admin.group(group)?.members).toHaveLength(1)
  })

  it('is told that it was used up', async () => {
    const { group, invite } = await invited('Spent', 1)
    const other = await startHeadlessProfile('Other', { relays: relay.addresses() })
    try {
      await other.ask({ kind: 'join', invite })
      await other.until('in', ({ groups }) => (groups.find((each) => each.id === group)?.state === 'member' ? true : undefined))
      await isRefused(invite, 'The invite has been used up. Nothing was lost; ask whoever sent it for a new one.')
      expect(admin.group(group)?.members).toHaveLength(2)
    } finally {
      await other.remove()
    }
  })
})
