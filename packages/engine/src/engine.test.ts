import { LIMITS } from '@sotto/wire'
import { describe, expect, it } from 'vitest'
import { startAlone, startSingleEngine } from './test-support/single-engine.ts'

/** Characters that show nothing: zero width space, Hangul filler, Braille blank, right-to-left override, soft hyphen, white space. */
const BLANKS = ['', ' \n', '\u200b', '\u3164', '\u2800', '\u202e', '\u00ad', ' \u200b\u3164 ']

const draftOf = ({ engine, group }: Awaited<ReturnType<typeof startAlone>>): string | undefined => engine.view().groups.find(({ id }) => id === group)?.draft

describe('a text that shows nothing', () => {
  it.each(BLANKS)('is not a name: %j', async (blank) => {
    const engine = await startSingleEngine()
    expect(await engine.refusal({ kind: 'createProfile', name: blank, passphrase: null, relays: [] })).toBe('nameEmpty')
    expect(engine.view().phase).toBe('noProfile')
  })

  it('is neither a title nor a message', async () => {
    const { engine, group } = await startAlone()
    for (const blank of BLANKS) {
      expect(await engine.refusal({ kind: 'createGroup', title: blank }), JSON.stringify(blank)).toBe('titleEmpty')
      expect(await engine.refusal({ kind: 'send', group, text: blank }), JSON.stringify(blank)).toBe('textEmpty')
    }
    expect(await engine.texts(group)).toEqual([])
  })
})

describe('a composer draft', () => {
  it('that is longer than a message is kept whole, also over a restart', async () => {
    const { engine, group } = await startAlone()
    const long = 'ä'.repeat(LIMITS.textBytes)
    await engine.ask({ kind: 'setDraft', group, text: 'short' })
    await engine.ask({ kind: 'setDraft', group, text: long })
    expect(draftOf({ engine, group })).toBe(long)
    const next = await engine.again()
    await next.ask({ kind: 'markRead', group })
    expect(draftOf({ engine: next, group })).toBe(long)
  })

  it('above its limit is refused with the limit, and the previous one stays', async () => {
    const { engine, group } = await startAlone()
    await engine.ask({ kind: 'setDraft', group, text: 'the one before' })
    const reply = await engine.request({ kind: 'setDraft', group, text: 'x'.repeat(LIMITS.draftBytes + 1) })
    expect(reply).toEqual({ ok: false, rejection: { code: 'draftTooLong', numbers: { length: LIMITS.draftBytes + 1, limit: LIMITS.draftBytes } } })
    expect(draftOf({ engine, group })).toBe('the one before')
  })

  it('is removed when it is sent, and stays when another text is sent', async () => {
    const { engine, group } = await startAlone()
    await engine.ask({ kind: 'setDraft', group, text: 'half a thou' })
    await engine.ask({ kind: 'send', group, text: 'something else' })
    expect(draftOf({ engine, group })).toBe('half a thou')
    await engine.ask({ kind: 'send', group, text: 'half a thou' })
    expect(draftOf({ engine, group })).toBe('')
  })

  it('is forgotten with its group', async () => {
    const { engine, group } = await startAlone()
    await engine.ask({ kind: 'setDraft', group, text: 'unsaid' })
    await engine.ask({ kind: 'leaveGroup', group, successor: null })
    await engine.ask({ kind: 'forgetGroup', group })
    const next = await engine.again()
    expect(next.view().groups).toEqual([])
  })
})

it('the view shows what a request did before the request is answered', async () => {
  const { engine, group } = await startAlone()
  for (let i = 0; i < 50; i++) {
    await engine.ask({ kind: 'setDraft', group, text: `draft ${i}` })
    expect(draftOf({ engine, group })).toBe(`draft ${i}`)
  }
})

describe('a text typed into a form', () => {
  it('is kept for the next page until it is used', async () => {
    const engine = await startSingleEngine()
    await engine.ask({ kind: 'keepTyped', field: 'profileName', text: 'Mi' })
    await engine.ask({ kind: 'keepTyped', field: 'profileName', text: 'Mira' })
    await engine.ask({ kind: 'keepTyped', field: 'invite', text: 'sotto:' })
    expect(engine.view().typed).toEqual({ profileName: 'Mira', groupTitle: '', invite: 'sotto:', shared: '' })
    expect(await engine.refusal({ kind: 'createProfile', name: 'Mira', passphrase: 'short', relays: [] })).toBe('passphraseTooShort')
    expect(engine.view().typed.profileName).toBe('Mira')
    await engine.ask({ kind: 'createProfile', name: 'Mira', passphrase: null, relays: [] })
    expect(engine.view().typed).toEqual({ profileName: '', groupTitle: '', invite: 'sotto:', shared: '' })
  })

  it('is gone after a lock, a wipe or the end of the engine, because it is on no disk', async () => {
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

  it('is refused above its limit', async () => {
    const engine = await startSingleEngine()
    expect(await engine.refusal({ kind: 'keepTyped', field: 'invite', text: 'x'.repeat(LIMITS.draftBytes + 1) })).toBe('draftTooLong')
  })
})
