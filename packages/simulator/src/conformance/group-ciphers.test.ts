/** Each group cipher against the rules of all, and ciphers with one fault each against the rule that notices. */
import { allTables, type GroupCipher, type OpenedMessage, pairwise, SELF, senderKeys } from '@sotto/core/inside'
import { toBase64url } from '@sotto/wire'
import { describe, expect, it, test } from 'vitest'
import { beginStory } from '../story/story.ts'
import { epochSecretCipher } from './epoch-secret-cipher.ts'
import { CIPHER_RULES, type CipherRule } from './group-cipher-rules.ts'
import type { CipherMachine } from './rule-steps.ts'

const machineWith = (cipher: GroupCipher): CipherMachine => ({ ciphers: [cipher], newGroupCipher: cipher.name })

const named = (rules: readonly CipherRule[]) => rules.map(({ what, play }) => [what, play] as const)

function ruleOf(words: string): CipherRule {
  const found = CIPHER_RULES.filter(({ what }) => what.includes(words))
  const [rule] = found
  if (rule === undefined || found.length > 1) throw new TypeError(`${found.length} rules say “${words}”`)
  return rule
}

/** What the toy lacks because it seals with the epoch's secret alone. */
const TOY_LACKS = ['a new member opens nothing', 'are exactly those who are named'].map(ruleOf)

describe('sender keys', () => {
  test.each(named(CIPHER_RULES))('%s', async (_what, play) => {
    await play(machineWith(senderKeys))
  })
})

describe('pairwise', () => {
  test.each(named(CIPHER_RULES))('%s', async (_what, play) => {
    await play(machineWith(pairwise))
  })
})

describe('a toy that seals with the epoch secret alone', () => {
  test.each(named(CIPHER_RULES.filter((rule) => !TOY_LACKS.includes(rule))))('%s', async (_what, play) => {
    await play(machineWith(epochSecretCipher))
  })

  test.each(named(TOY_LACKS))('lacks this, and the rule says so: %s', async (_what, play) => {
    await expect(play(machineWith(epochSecretCipher))).rejects.toThrow()
  })
})

/** Opens a second time what a device has opened before. */
function reopening(cipher: GroupCipher): GroupCipher {
  const opened = new Map<string, OpenedMessage>()
  return {
    ...cipher,
    open: (context, group, epoch, envelope) => {
      const device = context.transaction.first(SELF)?.value.device ?? new Uint8Array()
      const name = toBase64url(context.provider.primitives.sha256(device, envelope))
      const now = cipher.open(context, group, epoch, envelope) ?? opened.get(name)
      if (now !== undefined) opened.set(name, now)
      return now
    },
  }
}

/** Seals every message of a device under one number. */
const renumbering = (cipher: GroupCipher): GroupCipher => ({
  ...cipher,
  seal: (context, group, epoch, encode, kept) => {
    for (const table of allTables()) if (table.name === 'toyNextNumber') context.transaction.deleteAll(table, group, epoch)
    return cipher.seal(context, group, epoch, encode, kept)
  },
})

/** Ciphers with one fault. */
const FAULTS: readonly { readonly fault: string; readonly cipher: GroupCipher; readonly noticedBy: string }[] = [
  { fault: 'opens nothing', cipher: { ...senderKeys, open: () => undefined }, noticedBy: 'what is lost on one way' },
  { fault: 'opens a message whenever it comes', cipher: reopening(senderKeys), noticedBy: 'nothing is opened twice' },
  { fault: 'numbers two messages alike', cipher: renumbering(epochSecretCipher), noticedBy: 'messages open in any order' },
  { fault: 'names no reader', cipher: { ...senderKeys, recipientsOf: () => [] }, noticedBy: 'exactly those who are named' },
  { fault: 'takes no receipt', cipher: { ...senderKeys, noteOpened: () => false }, noticedBy: 'is delivered when' },
]

describe('a cipher that', () => {
  it.each(FAULTS)('$fault is noticed', async ({ cipher, noticedBy }) => {
    await expect(ruleOf(noticedBy).play(machineWith(cipher))).rejects.toThrow()
  })
})

it('a device without the cipher of a group stays outside and says so, and its machine keeps running', async () => {
  const story = await beginStory({ direct: false, machine: machineWith(epochSecretCipher) })
  const alice = story.enter('Alice')
  const bob = story.enter('Bob', { machine: machineWith(senderKeys) })
  story.gather(alice)
  story.say(alice, 'for those who can')
  story.ask(bob, { kind: 'join', invite: story.invite })
  story.pass(60_000)
  expect(story.groupOf(bob)).toMatchObject({ state: 'joining', join: { step: 'refused', reason: 'unknownCipher' } })
  bob.stop()
  bob.start()
  story.say(alice, 'once more')
  story.pass(60_000)
  expect(story.groupOf(bob)?.join?.reason).toBe('unknownCipher')
  expect(story.texts(bob)).toEqual([])
})
