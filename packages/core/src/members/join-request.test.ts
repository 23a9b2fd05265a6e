/** What the machine answers to texts that are pasted to join a group. */
import { expect, it } from 'vitest'
import { formatInvite, hashOfHeads } from '@sotto/crypto'
import { loadSodiumPrimitives } from '@sotto/crypto/primitives'
import type { GroupId, OperationId } from '@sotto/wire'
import { createCore, type EngineReply, type State } from '../index.ts'
import { JOIN, Transaction } from '../inside.ts'

const NOW_MS = 1_800_000_000_000
const DAY_MS = 86_400_000
const RELAY = '/ip4/192.0.2.7/tcp/4001/ws/p2p/12D3KooWEqtXU8YKcotpw81atHgRotr6deRpWLgSnxAAYR3MjaLG'

const primitives = await loadSodiumPrimitives()
const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))
const core = createCore({ primitives, random })

const inviteUntil = (expiresMs: number): string =>
  formatInvite(primitives, {
    group: random(32) as GroupId,
    rendezvousReadKey: random(32),
    rendezvousSealKey: primitives.x25519.keyPairFromSeed(random(32)).publicKey,
    seed: random(32),
    headsHash: hashOfHeads(primitives, [random(32) as OperationId]),
    inviter: random(16),
    expiresMs,
    relays: [RELAY],
  }) ?? ''

const pasted = (text: string): { readonly state: State; readonly reply: EngineReply | undefined } => {
  const started = core.step(core.createProfile('Nadia', [], NOW_MS).state, { kind: 'started' }, NOW_MS)
  const { state, effects } = core.step(started.state, { kind: 'requested', request: 'join', what: { kind: 'join', invite: text } }, NOW_MS)
  return { state, reply: effects.flatMap((effect) => (effect.kind === 'reply' ? [effect.reply] : []))[0] }
}

const joiningIn = (state: State): readonly string[] => core.viewOf(state).groups.flatMap((each) => (each.state === 'joining' ? [each.id] : []))

it('an invite inside a mail begins a join, and only the invite itself is kept', () => {
  const invite = inviteUntil(NOW_MS + DAY_MS)
  const { state, reply } = pasted(`Hi,\n> here: <${invite.slice(0, 70)}\n> ${invite.slice(70)}>.\n-- \nMira`)
  expect(reply).toMatchObject({ ok: true })
  expect(joiningIn(state)).toHaveLength(1)
  expect(new Transaction(state).scan(JOIN).map(({ value }) => value.invite)).toEqual([invite])
})

it('with two different invites the person is asked which one, and no join begins', () => {
  const [first, second] = [inviteUntil(NOW_MS + DAY_MS), inviteUntil(NOW_MS + 2 * DAY_MS)]
  const { state, reply } = pasted(`the desk: ${first}\nthe choir: ${second}\nonce more ${first}`)
  expect(reply).toEqual({
    ok: false,
    rejection: {
      code: 'severalInvites',
      numbers: { count: 2 },
      choices: [
        { invite: first, wordsBefore: 'the desk:', expiresMs: NOW_MS + DAY_MS, relay: RELAY },
        { invite: second, wordsBefore: 'the choir:', expiresMs: NOW_MS + 2 * DAY_MS, relay: RELAY },
      ],
    },
  })
  expect(joiningIn(state)).toEqual([])
})

it('of a valid invite and a quoted expired one the valid one is taken', () => {
  const lasting = inviteUntil(NOW_MS + DAY_MS)
  const { state, reply } = pasted(`${lasting}\n> the old one was ${inviteUntil(NOW_MS - DAY_MS)}`)
  expect(reply).toMatchObject({ ok: true })
  expect(new Transaction(state).scan(JOIN).map(({ value }) => value.invite)).toEqual([lasting])
})

it.each([
  ['expired ones alone', () => `${inviteUntil(NOW_MS - DAY_MS)} ${inviteUntil(NOW_MS - 1)}`, 'inviteExpired'],
  ['one that was cut off', () => `see ${inviteUntil(NOW_MS + DAY_MS).slice(0, -5)}`, 'inviteDamaged'],
  ['words', () => 'hello there', 'inviteNotRecognised'],
])('%s: the answer says why', (_, text, code) => {
  expect(pasted(text()).reply).toEqual({ ok: false, rejection: { code, numbers: {} } })
})
