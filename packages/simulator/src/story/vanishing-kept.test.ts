/** How messages that vanish are kept, and sent again, until they do (PROTOCOL §8.89, §8.91, §9.28). */
import { CONTACT, CONTROL_QUEUE, contentBody, PENDING_MESSAGE, resentMessage, SENT, SPARE_BUNDLE, THEIR_KEY, VANISHING_OF } from '@sotto/core/inside'
import { decode, type EpochId, fromBase64url, type GroupId, LIMITS, toBase64url } from '@sotto/wire'
import { expect, it } from 'vitest'
import { relayed } from './story.ts'
import { holds, HOUR, idOf, MINUTE, read, saidIn, SECRET, setLifetime, SOON_MS, three, two } from './vanishing-story.ts'

it('whatever is kept of what it says is under its own key, and of others nothing is', async () => {
  const { story, alice } = await two()
  const under = new Map<string, Set<string>>()
  story.committed = (by, { histories }) => {
    for (const { history, value, under: key = 'none' } of histories)
      for (const words of [SECRET, 'this one stays'])
        if (value !== null && Buffer.from(value).includes(words)) {
          const place = `${by.name} ${history.split('/')[0]} ${words}`
          under.set(place, (under.get(place) ?? new Set()).add(key))
        }
  }
  story.say(alice, 'this one stays')
  setLifetime(story, alice, 3_600)
  story.say(alice, SECRET)
  story.pass(SOON_MS)
  const id = idOf(story, alice, SECRET)
  story.ask(alice, { kind: 'editMessage', group: story.group, message: id, text: `${SECRET}!` })
  story.pass(SOON_MS)
  const own = new Set([`${story.group}/${id}`])
  const none = new Set(['none'])
  expect(Object.fromEntries([...under].toSorted())).toEqual({
    'Alice edits the key is under the stone': own,
    'Alice messages the key is under the stone': own,
    'Alice messages this one stays': none,
    'Bob edits the key is under the stone': own,
    'Bob messages the key is under the stone': own,
    'Bob messages this one stays': none,
  })
})

it('what opens it for a resend is under its key too, and so is an edit that came before it', async () => {
  const { story, alice, bob, carol } = await three()
  const keys = { own: new Set<string>(), edits: new Set<string>() }
  setLifetime(story, alice, 3_600)
  story.committed = (by, { histories }) => {
    for (const { history, value, under = 'none' } of histories) {
      if (value !== null && by === alice && history.startsWith('own/')) keys.own.add(under)
      if (value !== null && by === bob && history.startsWith('edits/')) keys.edits.add(under)
    }
  }
  const late = story.holdBack((passing) => passing.what === 'relayed envelope' && passing.to === bob)
  story.say(alice, SECRET)
  story.pass(1_000)
  const id = idOf(story, alice, SECRET)
  expect([...keys.own]).toEqual([`${story.group}/${id}`])
  late()
  const first = story.lose(relayed('envelope', alice, bob))
  story.say(alice, 'first')
  story.pass(1_000)
  first()
  const second = idOf(story, alice, 'first')
  story.ask(alice, { kind: 'editMessage', group: story.group, message: second, text: SECRET })
  story.pass(2_000)
  expect([...keys.edits]).toEqual([`${story.group}/${second}`])
  story.pass(5 * MINUTE)
  expect(saidIn(story, bob)).toEqual([SECRET, SECRET])
  expect([...keys.own].toSorted()).toEqual([id, second].map((each) => `${story.group}/${each}`).toSorted())
  read(story, carol)
  read(story, bob)
  story.pass(HOUR + SOON_MS)
  for (const person of [alice, bob, carol]) expect([saidIn(story, person), holds(story, person, SECRET)]).toEqual([[], false])
})

it('what waits to be sent again of it is not sent, and who asks is refused', async () => {
  const { story, alice, bob, carol } = await three()
  setLifetime(story, alice, 60)
  const lost = story.lose((passing) => passing.to === carol && passing.by === alice)
  story.say(alice, SECRET, 'another')
  story.pass(SOON_MS)
  read(story, bob)
  const letters = alice.rows.scan(SENT, story.group).length
  expect(letters).toBeGreaterThan(0)
  // A letter that could not be sealed yet: it holds what opens the envelope.
  const [envelope] = alice.readHistory(`own/${story.group}`)
  const resent = decode(resentMessage, envelope?.value ?? new Uint8Array())
  const [epoch = '', keyId = ''] = (envelope?.id ?? '').split('/')
  if (resent === undefined) throw new Error('nothing is kept for a resend')
  // No session, and no prekeys for one: what is queued waits.
  story.lose((passing) => passing.what === 'keys' && passing.to === alice)
  alice.tamper((transaction) => {
    const device = toBase64url(carol.device)
    const contact = transaction.get(CONTACT, device)
    if (contact !== undefined) transaction.put(CONTACT, [device], { ...contact, sessions: null })
    transaction.delete(SPARE_BUNDLE, device)
  })
  story.slip(alice, carol, [
    {
      kind: 'resend',
      group: fromBase64url(story.group) as GroupId,
      epoch: fromBase64url(epoch) as EpochId,
      keyId: Number(keyId),
      messages: [resent],
      refused: [],
      gone: [],
    },
  ])
  const queued = (): readonly Uint8Array[] => alice.rows.scan(CONTROL_QUEUE).map(({ value }) => value.body)
  const isThere = (): boolean => queued().some((body) => Buffer.from(body).includes(Buffer.from(resent.messageKey)))
  story.pass(1_000)
  expect(isThere()).toBe(true)
  story.pass(90_000)
  expect([isThere(), queued().length > 0]).toEqual([false, true])
  expect(saidIn(story, alice)).toEqual([])
  lost()
  story.pass(HOUR)
  expect(holds(story, carol, SECRET)).toBe(false)
})

it('a member that says more than are kept of one loses the one that ends next', async () => {
  const { story, alice, bob } = await two()
  setLifetime(story, alice, 3_600)
  story.say(alice, 'first', 'second')
  story.pass(SOON_MS)
  bob.tamper((transaction) => {
    for (const { key } of transaction.scan(VANISHING_OF)) transaction.put(VANISHING_OF, key, LIMITS.vanishingOfMember)
  })
  story.say(alice, 'third')
  story.pass(SOON_MS)
  expect([saidIn(story, alice), saidIn(story, bob)]).toEqual([
    ['first', 'second', 'third'],
    ['second', 'third'],
  ])
})

it('the id of one tells nothing of what it says', async () => {
  const { story, alice } = await two()
  const salts = new Set<string>()
  story.committed = (by, { rows }) => {
    for (const { key, value } of rows) {
      const row =
        key.startsWith(`${PENDING_MESSAGE.name}/`) && value !== null && PENDING_MESSAGE.codec !== null ? decode(PENDING_MESSAGE.codec, value) : undefined
      const body = row === undefined ? undefined : decode(contentBody, row.body)
      if (by === alice && body?.kind === 'vanishing') salts.add(toBase64url(body.salt))
    }
  }
  setLifetime(story, alice, 3_600)
  alice.stop()
  story.network.restartRelay(0, HOUR, false)
  alice.start()
  story.say(alice, SECRET, SECRET)
  expect(salts.size).toBe(2)
})

it('the key of one that the person deletes on this device is erased at once, and an own one’s when it ends', async () => {
  const { story, alice, bob } = await two()
  const erased: string[] = []
  story.committed = (by, { eraseKeys = [] }) => erased.push(...eraseKeys.map((key) => `${by.name} ${key}`))
  setLifetime(story, alice, 3_600)
  story.say(alice, SECRET)
  story.pass(SOON_MS)
  const id = idOf(story, alice, SECRET)
  for (const person of [alice, bob]) story.ask(person, { kind: 'deleteMessage', group: story.group, message: id, forAll: false })
  expect(erased).toEqual([`Bob ${story.group}/${id}`])
  story.pass(HOUR)
  expect(erased).toEqual([`Bob ${story.group}/${id}`, `Alice ${story.group}/${id}`])
})

it('what came again in private opens nowhere again: its message key goes, though its envelope never came', async () => {
  const { story, alice, bob } = await two()
  setLifetime(story, alice, 3_600)
  const skipped = (): number => bob.rows.scan(THEIR_KEY, story.group).reduce((sum, { value }) => sum + value.key.skipped.length, 0)
  const lost = story.lose(relayed('envelope', alice, bob))
  story.say(alice, SECRET)
  story.pass(1_000)
  lost()
  story.say(alice, 'later')
  story.pass(1_000)
  expect([saidIn(story, bob), skipped()]).toEqual([['later'], 1])
  story.pass(5 * MINUTE)
  expect([saidIn(story, bob), skipped()]).toEqual([[SECRET, 'later'], 0])
})
