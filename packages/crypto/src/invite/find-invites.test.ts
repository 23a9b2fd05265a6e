import { concat, encode, type GroupId, type Invite, invite as inviteCodec, L, LIMITS, type OperationId, toBase64url } from '@sotto/wire'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createNoblePrimitives } from '../primitives/index.ts'
import { seededProvider } from '../test-support/seeded-provider.ts'
import { findInvites } from './find-invites.ts'
import { hashOfHeads } from './invite-keys.ts'
import { formatInvite, INVITE_PREFIX } from './invite-text.ts'

const primitives = createNoblePrimitives()
const provider = seededProvider(primitives, 'pasted invites')

const inviteTo = (relay: string): { readonly invite: Invite; readonly text: string } => {
  const invite: Invite = {
    group: provider.random(32) as GroupId,
    rendezvousReadKey: provider.random(32),
    rendezvousSealKey: provider.random(32),
    seed: provider.random(32),
    headsHash: hashOfHeads(primitives, [provider.random(32) as OperationId]),
    inviter: provider.random(16),
    expiresMs: 1_800_000_000_000,
    relays: [relay],
  }
  const text = formatInvite(primitives, invite)
  if (text === undefined) throw new Error('it does not fit')
  return { invite, text }
}

const { invite, text } = inviteTo('/dns4/relay.example.org/tcp/443/wss/p2p/12D3KooWEqtXU8YKcotpw81atHgRotr6deRpWLgSnxAAYR3MjaLG')
const other = inviteTo('/ip4/192.0.2.7/tcp/4001/ws/p2p/12D3KooWEqtXU8YKcotpw81atHgRotr6deRpWLgSnxAAYR3MjaLG')

const lines = (of: string, width: number): readonly string[] => of.match(new RegExp(`.{1,${width}}`, 'g')) ?? []
/** A code in which a keyboard finds two hyphens to make a dash of. */
const withHyphens = Array.from({ length: 4_000 }, () => inviteTo('/ip4/192.0.2.7/tcp/1/ws')).find((each) => /[^-]--[^-]/.test(each.text))

const FORMS: readonly (readonly [what: string, pasted: string])[] = [
  ['alone', text],
  ['with spaces and line breaks around it', `\n  ${text}\t\r\n`],
  ['in angle brackets', `<${text}>`],
  ['in straight quotation marks', `"${text}"`],
  ['in single quotation marks', `'${text}'`],
  ['in English quotation marks', `\u201c${text}\u201d`],
  ['in German quotation marks', `\u201e${text}\u201c`],
  ['in French quotation marks', `\u00ab\u00a0${text}\u00a0\u00bb`],
  ['in Japanese quotation marks', `\u300c${text}\u300d`],
  ['in round brackets', `(${text})`],
  ['in square brackets', `[${text}]`],
  ['in curly brackets', `{${text}}`],
  ['in backquotes', `\`${text}\``],
  ['in a fenced block', `\`\`\`\n${text}\n\`\`\``],
  ['in bold', `**${text}**`],
  ['in italics of underscores', `_${text}_`],
  ['with a full stop', `${text}.`],
  ['with a comma and words', `${text}, see you there`],
  ['with an exclamation mark', `${text}!`],
  ['with words before it', `Here is the invite: ${text}`],
  ['with words before it and no space', `invite:${text}`],
  ['with words after it', `${text} please join today`],
  ['with words on the next line', `${text}\nplease join today`],
  ['with words glued to it', `${text}please`],
  ['between words', `Hi Jo, use ${text} and write to us. Bye`],
  ['quoted by mail', `> ${text}`],
  ['quoted twice', `>> ${text}`],
  ['wrapped', lines(text, 76).join('\n')],
  ['wrapped with carriage returns', lines(text, 72).join('\r\n')],
  [
    'wrapped and quoted',
    lines(text, 70)
      .map((line) => `> ${line}`)
      .join('\n'),
  ],
  [
    'wrapped, quoted twice and under words',
    `On Friday Mira wrote:\n${lines(text, 60)
      .map((line) => `> > ${line}`)
      .join('\r\n')}\n>\n> Mira`,
  ],
  ['wrapped within its prefix', lines(`see ${text}`, 7).join('\n')],
  [
    'wrapped and indented',
    lines(text, 60)
      .map((line) => `    ${line}`)
      .join('\n'),
  ],
  ['as quoted-printable', lines(text, 75).join('=\r\n')],
  ['with a signature', `${text}\n-- \nMira Okafor\nCity desk`],
  ['as a markdown link', `[Join us](${text})`],
  ['as a markdown link to itself', `[${text}](${text})`],
  ['as an automatic link of markdown', `Join: <${text}>.`],
  ['as a link of a web page', `<a href="${text}">Join us</a>`],
  ['escaped for markdown', text.replaceAll('_', '\\_').replaceAll('-', '\\-')],
  ['escaped in an address', `https://example.org/?go=${text.replace(':', '%3A')}&from=mail`],
  ['after other text of an address', `https://example.org/#${text}`],
  ['with its prefix in capitals', text.replace('sotto:', 'Sotto:')],
  ['with a space after the prefix', text.replace('sotto:', 'sotto: ')],
  ['with zero-width spaces', lines(text, 20).join('\u200b')],
  ['with a byte order mark', `\ufeff${text}`],
  ['with word joiners and marks of direction', `\u202a\u2068${lines(text, 50).join('\u2060')}\u2069\u202c`],
  ['with soft hyphens', lines(text, 30).join('\u00ad')],
  ['with no-break spaces', lines(text, 90).join('\u00a0')],
  ['twice', `${text}\n\n${text}`],
  [
    'twice, once of them quoted',
    `${text}\n\nYou wrote:\n${lines(text, 70)
      .map((line) => `> ${line}`)
      .join('\n')}`,
  ],
  ['beside one that was cut off', `${text.slice(0, 120)} is broken, take ${text}`],
  ['in a mail that speaks of Sotto: often', `Sotto: a chat. Get sotto:, then open Sotto: and paste this:\n${text}`],
]

describe('an invite that was pasted', () => {
  test.each(FORMS)('is found %s', (_, pasted) => {
    expect(findInvites(primitives, pasted)).toMatchObject({ code: 'found', invites: [{ invite, text }] })
  })

  test('is found where a keyboard made dashes of its hyphens', () => {
    expect(withHyphens).toBeDefined()
    const dashed = withHyphens?.text.replaceAll('--', '\u2014').replaceAll('-', '\u2011') ?? ''
    expect(findInvites(primitives, dashed)).toMatchObject({ code: 'found', invites: [{ text: withHyphens?.text }] })
  })

  test('is found in any text, whatever is around it', () => {
    const around = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.string({ maxLength: 200 }),
      fc.constantFrom('sotto:', 'Sotto: ', '> ', '--', text.slice(0, 50)),
    )
    const noise = fc.constantFrom('\n', '\r\n> ', '\u200b', ' ', '=\r\n', '\n> > ')
    fc.assert(
      fc.property(around, around, fc.array(fc.tuple(fc.nat(text.length), noise), { maxLength: 4 }), (before, after, breaks) => {
        let wrapped = text
        for (const [at, mark] of breaks.toSorted((a, b) => b[0] - a[0])) wrapped = wrapped.slice(0, at) + mark + wrapped.slice(at)
        const found = findInvites(primitives, before + wrapped + after)
        expect(found).toMatchObject({ code: 'found', invites: [{ invite, text }] })
      }),
      { numRuns: 300 },
    )
  })

  test('is one of two different ones, each with the words before it', () => {
    const found = findInvites(primitives, `For the desk:\n> ${text}\n\nand for the choir ${other.text}.\nOnce more the first: ${text}`)
    expect(found).toEqual({
      code: 'found',
      invites: [
        { invite, text, wordsBefore: 'For the desk:' },
        { invite: other.invite, text: other.text, wordsBefore: 'and for the choir' },
      ],
    })
  })
})

describe('a text without a whole invite', () => {
  const encoded = encode(inviteCodec, invite).with(0, 2)
  const newer = INVITE_PREFIX + toBase64url(concat(encoded, primitives.sha256(L('invite checksum'), encoded).slice(0, 4)))

  test.each([
    ['cut off at its end', text.slice(0, -3)],
    ['cut off after a few letters', `take ${text.slice(0, 12)}…`],
    ['without a part in its middle', `Here: ${text.slice(0, 100)}${text.slice(104)}.`],
    ['with a letter changed', `<${text.slice(0, 200)}${text[200] === 'A' ? 'B' : 'A'}${text.slice(201)}>`],
    ['with its middle shortened by a program', `${text.slice(0, 40)}[...]${text.slice(-40)}`],
    ['with nothing but the prefix', 'sotto:'],
  ])('says that it is damaged: %s', (_, pasted) => {
    expect(findInvites(primitives, pasted)).toEqual({ code: 'damaged' })
  })

  test.each([
    ['nothing', ''],
    ['words', 'hello there'],
    ['words about it', 'I use Sotto: it is private. See https://example.org/sotto:'],
    ['the code without its prefix', text.slice(INVITE_PREFIX.length)],
  ])('says that it is none: %s', (_, pasted) => {
    expect(findInvites(primitives, pasted)).toEqual({ code: 'notAnInvite' })
  })

  test('says that it is of a later version, in words too', () => {
    expect(findInvites(primitives, `<${newer}>, see you`)).toEqual({ code: 'unsupportedVersion', version: 2, supported: 1 })
  })

  test('ends, however much it says', () => {
    expect(findInvites(primitives, 'sotto:AAAAAAAA '.repeat(LIMITS.pastedInviteCharacters))).toEqual({ code: 'damaged' })
    expect(findInvites(primitives, '>'.repeat(1_000_000)).code).toBe('notAnInvite')
  })
})
