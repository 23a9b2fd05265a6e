import { type ContactLink, isLadderLength, LIMITS } from '@sotto/wire'
import { describe, expect, test } from 'vitest'
import { loadSodiumPrimitives } from '../primitives/index.ts'
import { createPerson } from '../test-support/people.ts'
import { flipped, seededProvider } from '../test-support/seeded-provider.ts'
import { findContactLink, formatContactLink } from './contact-link.ts'
import { contactKeys, type ContactSecrets, isContactRequestProven, openContactRequest, sealContactRequest } from './contact-request.ts'

const sodium = await loadSodiumPrimitives()
const NOW = 1_800_000_000_000
const provider = seededProvider(sodium, 'contact link')
const alice = createPerson(provider, NOW)
const bob = createPerson(provider, NOW)
const RELAY = `/dns4/relay.a-rather-long-name.example.org/tcp/443/wss/p2p/12D3KooW${'x'.repeat(44)}`

const secretsOf = (): ContactSecrets => ({ account: alice.account, rendezvousSeed: provider.random(32), token: provider.random(32) })
const linkOf = (own: ContactSecrets, name = 'Alice', relays: readonly string[] = [RELAY]): ContactLink => {
  const { readKeyPair, sealKeyPair } = contactKeys(sodium, own)
  return { account: own.account, readKey: readKeyPair.publicKey, sealKey: sealKeyPair.publicKey, token: own.token, name, relays }
}
const own = secretsOf()
const link = linkOf(own)
const textOf = (of: ContactLink): string => {
  const text = formatContactLink(sodium, of)
  if (text === undefined) throw new Error('it does not fit')
  return text
}
const said = { list: bob.list, name: 'Bob', invite: 'sotto:…', askedMs: NOW, words: 'We met at the harbour.' }
const sealed = (to: ContactLink = link, what: typeof said = said): Uint8Array => {
  const record = sealContactRequest(provider, to, what, bob.deviceKeys)
  if (record === undefined) throw new Error('not sealed')
  return record
}

describe('a contact link as text', () => {
  test('reads as what was written, also in a letter that wraps and quotes it', () => {
    const text = textOf(link)
    expect(text).toMatch(/^sotto-contact:[A-Za-z0-9_-]+$/)
    expect(findContactLink(sodium, text)).toEqual(link)
    const wrapped = `Write to me:\n> <${text.slice(0, 70)}\n> ${text.slice(70)}>, whenever you like`
    expect(findContactLink(sodium, wrapped)).toEqual(link)
    expect(findContactLink(sodium, `https://example.org/?to=${text.replace(':', '%3A')}&x=1`)).toEqual(link)
  })

  test('has room for the longest name, and leaves out relays that do not fit', () => {
    const long = linkOf(
      own,
      'ä'.repeat(64),
      Array.from({ length: LIMITS.relays }, (_, i) => `${RELAY}${i}`),
    )
    const text = textOf(long)
    expect(text.length).toBeLessThanOrEqual(LIMITS.contactLinkBytes)
    expect(findContactLink(sodium, text)).toMatchObject({ name: long.name, relays: long.relays.slice(0, 1) })
  })

  test('is told apart from other texts, damaged ones and newer ones', () => {
    const text = textOf(link)
    expect(findContactLink(sodium, 'sotto: hello')).toEqual({ code: 'notAContactLink' })
    expect(findContactLink(sodium, text.slice(0, -5))).toEqual({ code: 'damaged' })
    expect(
      findContactLink(
        sodium,
        text.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A')),
      ),
    ).toEqual({ code: 'damaged' })
  })
})

describe('a request', () => {
  test('is opened by the owner of the link, and proves its account', () => {
    const record = sealed()
    expect(isLadderLength(record.length)).toBe(true)
    const opened = openContactRequest(sodium, own, record)
    expect(opened).toMatchObject({ ...said, device: bob.device })
    expect(opened !== undefined && isContactRequestProven(sodium, own, opened)).toBe(true)
  })

  test('opens neither for who has only the link, nor for who recorded it and breaks X25519, nor changed', () => {
    const record = sealed()
    expect(openContactRequest(sodium, { ...own, rendezvousSeed: provider.random(32) }, record)).toBeUndefined()
    expect(openContactRequest(sodium, { ...own, token: provider.random(32) }, record)).toBeUndefined()
    for (const at of [0, 30, 200, record.length - 1]) expect(openContactRequest(sodium, own, flipped(record, at))).toBeUndefined()
  })

  test('for another link of that person, or passed on by its reader, proves nothing', () => {
    const other = secretsOf()
    const opened = openContactRequest(sodium, other, sealed(linkOf(other)))
    if (opened === undefined) throw new Error('not opened')
    expect(isContactRequestProven(sodium, other, opened)).toBe(true)
    expect(isContactRequestProven(sodium, own, opened)).toBe(false)
    for (const changed of [{ name: 'Carol' }, { invite: 'sotto:other' }, { askedMs: NOW + 1 }, { list: alice.list }])
      expect(isContactRequestProven(sodium, other, { ...opened, ...changed })).toBe(false)
  })

  test('what was written is deniable: no signature is over it', () => {
    const opened = openContactRequest(sodium, own, sealed())
    if (opened === undefined) throw new Error('not opened')
    expect(isContactRequestProven(sodium, own, { ...opened, words: 'Anything else.' })).toBe(true)
  })
})
