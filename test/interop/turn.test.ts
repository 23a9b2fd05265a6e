/** Two devices that have no way to each other but a TURN server, which their relay's operator names: with the real coturn. */
import { writeFileSync } from 'node:fs'
import { afterEach, expect, it } from 'vitest'
import { createLibp2pNetwork } from '@sotto/transport'
import { type HeadlessProfile, startHeadlessProfile } from '../fixtures/headless-profile.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'
import { type TurnServer, startTurnServer } from '../fixtures/turn-server.ts'
import { waitUntil } from '../fixtures/wait-until.ts'

const running: { readonly remove: () => Promise<void> }[] = []
afterEach(async () => {
  for (const each of running.splice(0).reverse()) await each.remove()
})
const own = <T extends { readonly remove: () => Promise<void> }>(each: T): T => {
  running.push(each)
  return each
}

const STORY_MS = 120_000
/** A try that fails takes some seconds. */
const IN_VAIN_MS = 10_000

/** It takes no way but one through a TURN server. */
const behindWalls = { createNetwork: () => createLibp2pNetwork({ rtcConfiguration: { iceTransportPolicy: 'relay' } }) }

async function pairAt(relay: RelayProcess): Promise<readonly HeadlessProfile[]> {
  const alice = own(await startHeadlessProfile('Alice', { relays: relay.addresses() }, behindWalls))
  const bob = own(await startHeadlessProfile('Bob', { relays: relay.addresses() }, behindWalls))
  const { group = '' } = await alice.ask({ kind: 'createGroup', title: 'Desk' })
  const { invite = '' } = await alice.ask({ kind: 'createInvite', group })
  await bob.ask({ kind: 'join', invite })
  await bob.until('to be in', ({ groups }) => (groups[0]?.state === 'member' ? true : undefined))
  // Nobody is shown how a member is connected before that one allows it.
  for (const each of [alice, bob]) {
    await each.ask({ kind: 'setPrivacy', what: 'presence', isOn: true })
    await each.ask({ kind: 'active' })
  }
  return [alice, bob]
}

/** On loopback libjuice finds a way without the server a moment later: which one is shown is in `test/e2e/nat`. */
const untilDirect = (each: HeadlessProfile, patienceMs?: number): Promise<true> =>
  each.until(
    'direct',
    ({ groups: [group] }) => (group?.members.some(({ connection }) => connection === 'direct' || connection === 'turn') === true ? true : undefined),
    patienceMs,
  )

const started = (turn: TurnServer, secretFile = turn.secretFile): Promise<RelayProcess> =>
  startRelay({ extraArguments: ['--turn-url', turn.url, '--turn-secret-file', secretFile] })

/** Names that the server let in. */
const letIn = (turn: TurnServer): readonly string[] =>
  [...turn.log().matchAll(/user <([^>]*)>: incoming packet ALLOCATE processed, success/g)].map(([, name = '']) => name)

it('they connect through it, by a name that is a time, and messages go on when the relay is gone', { timeout: STORY_MS }, async () => {
  const turn = own(await startTurnServer())
  const relay = own(await started(turn))
  const pair = await pairAt(relay)
  for (const each of pair) await untilDirect(each)
  const names = letIn(turn)
  expect(names.length).toBeGreaterThanOrEqual(2)
  // One name for all, and nothing in it but a time of tomorrow at most.
  expect(new Set(names).size).toBe(1)
  expect(names[0]).toMatch(/^\d{10}$/)
  expect(Number(names[0]) % 3_600).toBe(0)
  expect(Number(names[0]) * 1_000 - Date.now()).toBeLessThan(86_400_000)

  await relay.kill()
  const [alice, bob] = pair
  const group = alice?.view().groups[0]?.id ?? ''
  await alice?.ask({ kind: 'send', group, text: 'by TURN alone' })
  await bob?.untilTexts(group, ['by TURN alone'])
  // The relay's log is safe to keep: neither the secret nor the server is in it.
  expect(relay.output()).not.toContain(turn.secret)
  expect(relay.output()).not.toContain(turn.url)
  expect(pair.flatMap(({ faults }) => faults)).toEqual([])
})

it('where the secret is another one, the server lets nobody in, and all stays on the relay', { timeout: STORY_MS }, async () => {
  const [turn, other] = [own(await startTurnServer()), own(await startTurnServer())]
  writeFileSync(other.secretFile, 'another secret')
  const relay = own(await started(turn, other.secretFile))
  const [alice, bob] = await pairAt(relay)
  // It is asked, by the name, which takes its time on a busy machine.
  await waitUntil('the server is asked', () => /user <\d{10}>.*error 401/.test(turn.log()))
  await expect(untilDirect(alice as HeadlessProfile, IN_VAIN_MS)).rejects.toThrow('direct')
  expect(letIn(turn)).toEqual([])
  const group = alice?.view().groups[0]?.id ?? ''
  await alice?.ask({ kind: 'send', group, text: 'by the relay' })
  await bob?.untilTexts(group, ['by the relay'])
})
