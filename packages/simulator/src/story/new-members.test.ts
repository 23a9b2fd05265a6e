/** What a new member takes for true, who gets its keys, and what it dials, while those who let it in hide a removal (PROTOCOL §5). */
import { MEMBERSHIP_LOG, OPERATION, RELAY_LINK, SECRET, SELF, THEIR_KEY } from '@sotto/core/inside'
import { openJoinRequest } from '@sotto/crypto'
import { addOperation, nextPlace, operationIdOf, operationsInCausalOrder, signOperation } from '@sotto/membership'
import { fromBase64url, type GroupId, type JoinRequest, type Operation, type OperationBody, type OperationId, toBase64url } from '@sotto/wire'
import { expect, it } from 'vitest'
import { keepRecords } from './keep-records.ts'
import { beginStory, type Person, type Story } from './story.ts'

const SOON_MS = 10_000
const LATER_MS = 60_000

const idOf = <T extends Uint8Array>(text: string): T => (fromBase64url(text) ?? new Uint8Array()) as T

/** Whether a person's key in the group came to another. Its owner forgets to whom it gave it when it is out. */
const hasKeyOf = (story: Story, owner: Person, other: Person): boolean =>
  other.rows.scan(THEIR_KEY, story.group).some(({ key }) => key[2] === toBase64url(owner.device))

/** Rex is removed after the link was made. Neither Mallory nor Rex hears of it, and Mallory lets Nora in by the closed link. */
async function hiddenRemoval(): Promise<{ story: Story; honest: readonly Person[]; mallory: Person; rex: Person; nora: Person }> {
  const story = await beginStory({ direct: false })
  const [alice, ben, mallory, rex] = [story.enter('Alice'), story.enter('Ben'), story.enter('Mallory'), story.enter('Rex')]
  story.gather(alice, ben, mallory, rex)
  const isHidden = (by: Person | null): boolean => by === alice || by === ben
  // The relay colludes: it keeps the operations of honest members from all others.
  story.lose(({ what, by, to }) => what === 'relayed operation' && isHidden(by) && !isHidden(to))
  story.lose(({ what, by, to }) => what === 'relayed letter' && isHidden(by) && (to === mallory || to === rex))
  story.remove(alice, rex)
  story.pass(SOON_MS)
  return { story, honest: [alice, ben], mallory, rex, nora: story.enter('Nora') }
}

const isMember = (story: Story, person: Person): boolean => story.groupOf(person)?.state === 'member'

it('a new member hands its key to no removed one that agrees first, while a member that knows better is there', async () => {
  const { story, honest, mallory, rex, nora } = await hiddenRemoval()
  for (const each of honest) each.stop()
  story.ask(nora, { kind: 'join', invite: story.invite })
  expect(story.msUntil(() => isMember(story, nora), SOON_MS)).toBeLessThan(SOON_MS)
  for (const each of honest) each.start()
  story.pass(LATER_MS)
  for (const each of [mallory, rex]) expect(hasKeyOf(story, nora, each)).toBe(false)
  expect(isMember(story, nora)).toBe(false)
})

const RELAY_OF_REX = '/dns4/relay.rex.example/tcp/443/wss/p2p/12D3KooWQ7fYbq3vN8hLrT2mXcJ5pUeK9sWdZaGtRyHnBvMxPoLi'

/** A person says that its inbox is at a relay of its own, and asks something that is answered by a letter. */
function nameRelay(story: Story, by: Person, to: Person): void {
  const admission = by.rows.scan(OPERATION, story.group).find(({ value: { unsigned } }) => {
    const { body } = unsigned
    return body.kind === 'admit' && body.member.devices.some(({ certificate }) => toBase64url(certificate.body.device) === toBase64url(by.device))
  })?.value.unsigned.body
  const inbox = admission?.kind === 'admit' ? admission.member.devices[0]?.inbox : undefined
  if (inbox === undefined) throw new TypeError('not admitted')
  story.slip(by, to, [
    { kind: 'address', address: { ...inbox, relays: [RELAY_OF_REX] } },
    { kind: 'logHeads', group: idOf<GroupId>(story.group), heads: [], earlier: [], isAnswer: false },
  ])
}

const isLinked = (person: Person): boolean => person.rows.scan(RELAY_LINK).some(({ value }) => value.address === RELAY_OF_REX)

it('a new member dials no relay for a removed one that lets it in, while a member that knows better is there', async () => {
  const { story, honest, mallory, rex, nora } = await hiddenRemoval()
  for (const each of [...honest, mallory]) each.stop()
  story.ask(nora, { kind: 'join', invite: story.invite })
  expect(story.msUntil(() => isMember(story, nora), SOON_MS)).toBeLessThan(SOON_MS)
  nameRelay(story, rex, nora)
  story.pass(1_000)
  expect(isLinked(nora)).toBe(false)
  expect(story.heard.filter(({ what, by, to }) => what === 'relayed letter' && by === nora && to === rex).length).toBeGreaterThan(0)
  for (const each of honest) each.start()
  expect(story.msUntil(() => isLinked(nora), LATER_MS)).toBe(Number.POSITIVE_INFINITY)
  expect(isMember(story, nora)).toBe(false)
})

it('a new member that has compared logs dials a relay that a present member names', async () => {
  const story = await beginStory({ direct: false })
  const [alice, ben, rex] = [story.enter('Alice'), story.enter('Ben'), story.enter('Rex')]
  story.gather(alice, ben, rex)
  const nora = story.enter('Nora')
  story.join(nora)
  story.pass(SOON_MS)
  nameRelay(story, rex, nora)
  expect(story.msUntil(() => isLinked(nora), LATER_MS)).toBeLessThan(LATER_MS)
})

/** A record that a person left at the rendezvous of the invite, as members open it. */
function requestOf(story: Story, records: readonly Uint8Array[], invite: Extract<OperationBody, { readonly kind: 'invite' }>): JoinRequest {
  for (const record of records) {
    const request = openJoinRequest(story.primitives, { ...invite, group: idOf<GroupId>(story.group) }, record)
    if (!('code' in request)) return request
  }
  throw new TypeError('no request')
}

/** Signs an operation with a person's device, behind all that it has seen and `after` those operations. */
function signBy(story: Story, person: Person, body: OperationBody, after: readonly Operation[] = []): Operation {
  const self = person.rows.get(SELF, 'self')
  let log = person.rows.get(MEMBERSHIP_LOG, story.group)
  if (self === undefined || log === undefined) throw new TypeError('not in the group')
  for (const each of after) log = addOperation(story.primitives, log, each).log
  const { account, device } = self
  const unsigned = { suite: 1, group: log.group, account, device, ...nextPlace(log, device), writtenMs: story.nowMs, body }
  return signOperation(story.primitives, unsigned, story.primitives.ed25519.keyPairFromSeed(self.deviceSeed))
}

it('a new member is let in by no copy of its invite, on a branch from before a removal', async () => {
  const story = await beginStory({ direct: false })
  const [alice, mallory, rex] = [story.enter('Alice'), story.enter('Mallory'), story.enter('Rex')]
  story.gather(alice, mallory, rex)
  const restore = story.lose(({ by, to }) => by === alice && (to === mallory || to === rex))
  story.remove(alice, rex)
  story.pass(SOON_MS)
  story.ask(alice, { kind: 'createInvite', group: story.group }, ({ invite }) => (story.invite = invite ?? ''))
  const made = alice.rows.scan(OPERATION, story.group).flatMap(({ value }) => (value.unsigned.body.kind === 'invite' ? [value.unsigned.body] : []))
  const body = made.at(-1)
  if (body === undefined) throw new TypeError('no invite')
  alice.stop()

  const group = idOf<GroupId>(story.group)
  const copy = signBy(story, mallory, body)
  // Mallory's device reads the rendezvous by its copy from here on.
  story.slip(rex, mallory, [{ kind: 'operations', group, operations: [copy] }])
  story.pass(SOON_MS)
  const nora = story.enter('Nora')
  const kept = keepRecords(story, nora)
  story.ask(nora, { kind: 'join', invite: story.invite })
  story.pass(SOON_MS)
  expect(story.groupOf(nora)?.state).toBe('joining')

  // A changed program does what the machine does not.
  const request = requestOf(story, kept, body)
  const admission = {
    kind: 'admit',
    invite: operationIdOf(story.primitives, copy.unsigned),
    member: request.member,
    role: 'member',
    request: request.proof,
  } as const
  const admit = signBy(story, mallory, admission)
  const log = mallory.rows.get(MEMBERSHIP_LOG, story.group)
  if (log === undefined) throw new TypeError('no log')
  const secrets = mallory.rows.scan(SECRET, story.group).map(({ key, value }) => ({ operation: idOf<OperationId>(key[1] ?? ''), secret: value }))
  story.slip(mallory, nora, [
    { kind: 'operations', group, operations: [...operationsInCausalOrder(log), admit] },
    { kind: 'welcome', group, heads: [], secrets, title: 'Desk', names: [], relays: [] },
  ])
  story.pass(LATER_MS)
  expect(story.heard.filter(({ what, by, to }) => what === 'relayed letter' && by === mallory && to === nora).length).toBeGreaterThan(0)
  expect(isMember(story, nora)).toBe(false)
  for (const each of [mallory, rex]) expect(hasKeyOf(story, nora, each)).toBe(false)
  // An honest member lets it in.
  restore()
  mallory.stop()
  alice.start()
  story.pass(SOON_MS)
  story.ask(nora, { kind: 'cancelJoin', group: story.group })
  story.ask(nora, { kind: 'join', invite: story.invite })
  expect(story.msUntil(() => isMember(story, nora), LATER_MS)).toBeLessThan(LATER_MS)
  expect(
    story
      .groupOf(nora)
      ?.members.map(({ account }) => account)
      .toSorted(),
  ).toEqual([alice, mallory, nora].map(({ account }) => account).toSorted())
})

it('a new member whose admission is genuine hands its key out as soon as others agree', async () => {
  const story = await beginStory({ direct: false })
  const [alice, ben, carol] = [story.enter('Alice'), story.enter('Ben'), story.enter('Carol')]
  story.gather(alice, ben, carol)
  const nora = story.enter('Nora')
  story.join(nora)
  expect(story.msUntil(() => [alice, ben, carol].every((each) => hasKeyOf(story, nora, each)), 1_000)).toBeLessThan(1_000)
})

it('what was not meant for a new member is asked for once, and not sent to it for ever', async () => {
  const story = await beginStory({ direct: true })
  const [alice, bob, nora] = [story.enter('Alice'), story.enter('Bob'), story.enter('Nora')]
  story.gather(alice, bob)
  story.say(alice, 'before Nora came')
  story.pass(SOON_MS)
  story.join(nora)
  // With this comes the key that shows who sealed the other.
  story.say(alice, 'Nora is here')
  story.pass(5 * LATER_MS)
  let [asked, sent] = [0, 0]
  story.lose(({ what, by, to }) => {
    if (by === nora && what === 'relayed letter') asked++
    if (to === nora && what === 'envelopes') sent++
    return false
  })
  story.pass(10 * LATER_MS)
  expect([asked, sent]).toEqual([0, 0])
  expect(story.groupOf(nora)?.unreadable).toEqual([])
})
