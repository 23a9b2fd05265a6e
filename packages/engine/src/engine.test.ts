import { LIMITS } from '@sotto/wire'
import { describe, expect, it } from 'vitest'
import { startAlone, startSingleEngine } from './test-support/single-engine.ts'

/** What is drawn as nothing: zero width space, Hangul filler, Braille blank, right-to-left override, soft hyphen, white space. */
const BLANKS = ['', ' \n', '\u200b', '\u3164', '\u2800', '\u202e', '\u00ad', ' \u200b\u3164 ']

const draftOf = ({ engine, group }: Awaited<ReturnType<typeof startAlone>>): string | undefined => engine.view().groups.find(({ id }) => id === group)?.draft

describe('a text that shows nothing', () => {
  it.each(BLANKS)('is no name: %j', async (blank) => {
    const engine = await startSingleEngine()
    expect(await engine.refusal({ kind: 'createProfile', name: blank, passphrase: null, relays: [] })).toBe('nameEmpty')
    expect(engine.view().phase).toBe('noProfile')
  })

  it('is no title and no message', async () => {
    const { engine, group } = await startAlone()
    for (const blank of BLANKS) {
      expect(await engine.refusal({ kind: 'createGroup', title: blank }), JSON.stringify(blank)).toBe('titleEmpty')
      expect(await engine.refusal({ kind: 'send', group, text: blank }), JSON.stringify(blank)).toBe('textEmpty')
    }
    expect(await engine.texts(group)).toEqual([])
  })
})

describe('a draft', () => {
  it('is kept whole where it is longer than a message, over a restart too', async () => {
    const { engine, group } = await startAlone()
    const long = 'ä'.repeat(LIMITS.textBytes)
    await engine.ask({ kind: 'setDraft', group, text: 'short' })
    await engine.ask({ kind: 'setDraft', group, text: long })
    expect(draftOf({ engine, group })).toBe(long)
    const next = await engine.again()
    await next.ask({ kind: 'markRead', group })
    expect(draftOf({ engine: next, group })).toBe(long)
  })

  it('that is longer than anything kept is refused with its limit, and the one before stays', async () => {
    const { engine, group } = await startAlone()
    await engine.ask({ kind: 'setDraft', group, text: 'the one before' })
    const reply = await engine.request({ kind: 'setDraft', group, text: 'x'.repeat(LIMITS.draftBytes + 1) })
    expect(reply).toEqual({ ok: false, rejection: { code: 'draftTooLong', numbers: { length: LIMITS.draftBytes + 1, limit: LIMITS.draftBytes } } })
    expect(draftOf({ engine, group })).toBe('the one before')
  })

  it('goes with the message that it became, and stays where something else was sent', async () => {
    const { engine, group } = await startAlone()
    await engine.ask({ kind: 'setDraft', group, text: 'half a thou' })
    await engine.ask({ kind: 'send', group, text: 'something else' })
    expect(draftOf({ engine, group })).toBe('half a thou')
    await engine.ask({ kind: 'send', group, text: 'half a thou' })
    expect(draftOf({ engine, group })).toBe('')
  })

  it('of a group that is forgotten is forgotten', async () => {
    const { engine, group } = await startAlone()
    await engine.ask({ kind: 'setDraft', group, text: 'unsaid' })
    await engine.ask({ kind: 'leaveGroup', group, successor: null })
    await engine.ask({ kind: 'forgetGroup', group })
    const next = await engine.again()
    expect(next.view().groups).toEqual([])
  })
})

it('what a request did is in the view before the request is answered', async () => {
  const { engine, group } = await startAlone()
  for (let i = 0; i < 50; i++) {
    await engine.ask({ kind: 'setDraft', group, text: `draft ${i}` })
    expect(draftOf({ engine, group })).toBe(`draft ${i}`)
  }
})

describe('what is typed into a form', () => {
  it('is there for the next page until it is used', async () => {
    const engine = await startSingleEngine()
    await engine.ask({ kind: 'keepTyped', field: 'profileName', text: 'Mi' })
    await engine.ask({ kind: 'keepTyped', field: 'profileName', text: 'Mira' })
    await engine.ask({ kind: 'keepTyped', field: 'invite', text: 'sotto:' })
    expect(engine.view().typed).toEqual({ profileName: 'Mira', groupTitle: '', invite: 'sotto:' })
    expect(await engine.refusal({ kind: 'createProfile', name: 'Mira', passphrase: 'short', relays: [] })).toBe('passphraseTooShort')
    expect(engine.view().typed.profileName).toBe('Mira')
    await engine.ask({ kind: 'createProfile', name: 'Mira', passphrase: null, relays: [] })
    expect(engine.view().typed).toEqual({ profileName: '', groupTitle: '', invite: 'sotto:' })
  })

  it('is gone after a lock, a wipe and the end of the engine: it is on no disk', async () => {
    const { engine } = await startAlone()
    const type = () => engine.ask({ kind: 'keepTyped', field: 'groupTitle', text: 'Plans' })
    for (const kind of ['lock', 'wipe'] as const) {
      await type()
      await engine.ask({ kind })
      expect(engine.view().typed.groupTitle, kind).toBe('')
    }
    await type()
    const next = await engine.again()
    await next.refusal({ kind: 'lock' })
    expect(next.view().typed.groupTitle).toBe('')
  })

  it('is refused where it is longer than anything kept', async () => {
    const engine = await startSingleEngine()
    expect(await engine.refusal({ kind: 'keepTyped', field: 'invite', text: 'x'.repeat(LIMITS.draftBytes + 1) })).toBe('draftTooLong')
  })
})
