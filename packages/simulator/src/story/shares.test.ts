/** Rows that others' words make, and rows that should have gone with what they were about. */
import { HAND_OVER, IN_FLIGHT, OUTBOX, Transaction, WAITING_SINCE, WHEREABOUTS } from '@sotto/core/inside'
import { loadSodiumPrimitives } from '@sotto/crypto/primitives'
import { describe, expect, it } from 'vitest'
import { Adversary } from '../adversaries/adversary.ts'
import { floodFirstLetters } from '../adversaries/flood-first-letters.ts'
import { logOf } from '../invariants.ts'
import { overShares } from '../shares/table-shares.ts'
import { type Person, Story } from './story.ts'

const primitives = await loadSodiumPrimitives()

describe('a removed member that floods inboxes with first letters', () => {
  it('takes no more than strangers may, and a new member is heard all the same', () => {
    const story = new Story(primitives, { direct: true })
    const [alice, bob, mallory] = [story.enter('Alice'), story.enter('Bob'), story.enter('Mallory')]
    story.gather(alice, bob, mallory)
    const adversary = new Adversary(mallory, {
      network: story.network,
      random: story.random,
      primitives: story.primitives,
      nowMs: () => story.nowMs,
      isRemoved: () => true,
      honestLog: () => logOf(alice, story.group),
    })
    story.remove(alice, mallory)
    story.pass(20_000)
    for (let i = 0; i < 3; i++) {
      floodFirstLetters(adversary, story.group)
      story.pass(20_000)
    }
    expect(adversary.taken.firstLetters).toBeGreaterThan(300)
    const carol = story.enter('Carol')
    story.ask(alice, { kind: 'createInvite', group: story.group }, ({ invite }) => (story.invite = invite ?? ''))
    story.join(carol)
    story.say(carol, 'here I am')
    story.pass(30_000)
    expect([alice, bob].map((each) => [story.texts(each), overShares(each.state)])).toEqual([
      [['here I am'], []],
      [['here I am'], []],
    ])
  })
})

describe('what is forgotten', () => {
  it('with a group that one left: where its members were connected', () => {
    const story = new Story(primitives, { direct: true })
    const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
    story.gather(alice, bob)
    story.pass(60_000)
    expect(bob.rows.scan(WHEREABOUTS)).not.toEqual([])
    story.ask(bob, { kind: 'leaveGroup', group: story.group, successor: null })
    story.pass(10_000)
    expect(bob.rows.scan(WHEREABOUTS)).toEqual([])
  })

  it('with a record in the outbox: since when it waited, and that it was handed to a relay', () => {
    const story = new Story(primitives, { direct: false })
    const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
    story.gather(alice, bob)
    const awayMs = 50 * 3_600_000
    story.network.restartRelay(0, awayMs, false)
    story.say(alice, 'while the relay is away')
    story.pass(awayMs - 60_000)
    expect(alice.rows.scan(WAITING_SINCE)).not.toEqual([])
    story.pass(5 * 60_000)
    expect(alice.rows.scan(OUTBOX)).toEqual([])
    expect(rowsOfOutbox(alice.state)).toEqual([])
  })
})

/** Rows about records that the outbox no longer has. */
function rowsOfOutbox(state: Person['state']): readonly string[] {
  const transaction = new Transaction(state)
  return [WAITING_SINCE, HAND_OVER, IN_FLIGHT].flatMap((table) =>
    transaction.scan(table as never).flatMap(({ key }) => (transaction.get(OUTBOX, key.at(-1) ?? '') === undefined ? [`${table.name}/${key.join('/')}`] : [])),
  )
}
