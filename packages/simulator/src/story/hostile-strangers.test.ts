/** What one says who is in no group with this device: it begins no conversation, shows nowhere, and takes nothing (PROTOCOL §8.40, §13.53). */
import {
  type ControlMessage,
  controlMessage,
  DIRECT_CHAT,
  JOIN,
  letter,
  MEMBERSHIP_LOG,
  OWN_RUN,
  peerFrame,
  PENDING_BODY,
  preKeyStoreOf,
  SELF,
  STRANGER,
  UNDECRYPTABLE,
} from '@sotto/core/inside'
import { acceptBundle, bundleFor, formatInvite, parseInvite, sealWithSessions, startSession } from '@sotto/crypto'
import { heads } from '@sotto/membership'
import { type AccountId, decode, encode, fromBase64url, type GroupId } from '@sotto/wire'
import { expect, it } from 'vitest'
import { createPerson } from '../../../crypto/src/test-support/people.ts'
import { overShares } from '../shares/table-shares.ts'
import { beginStory, type Person, type Story } from './story.ts'

const SOON_MS = 20_000
const STRANGERS = 20

/** Words to the victim, as strangers could make them up that know the group and what is said there. */
function saidBy(story: Story, account: AccountId, victim: Person): readonly ControlMessage[] {
  const [run, log] = [victim.rows.get(OWN_RUN, story.group), victim.rows.get(MEMBERSHIP_LOG, story.group)]
  const parsed = parseInvite(story.primitives, story.invite)
  if ('code' in parsed || run === undefined || log === undefined) throw new RangeError('not in the group')
  const unknown = story.random.bytes(32) as GroupId
  const own = fromBase64url(story.group) as GroupId
  const place = { epoch: run.epoch, keyId: 7, iteration: 0, from: 0, heads: [...heads(log)], content: story.random.bytes(60), sightings: [] }
  return [own, unknown].flatMap((group): readonly ControlMessage[] => {
    const inviter = account.slice(0, parsed.inviter.length) as typeof parsed.inviter
    const invite = formatInvite(story.primitives, { ...parsed, group: story.random.bytes(32) as GroupId, inviter })
    if (invite === undefined) throw new RangeError('no invite')
    return [
      { kind: 'directChat', group, invite },
      { kind: 'pairwiseMessage', group, ...place },
    ]
  })
}

it('an invite to talk alone and a message of a stranger begin nothing that shows, is kept or is joined', async () => {
  const story = await beginStory({ direct: false, machine: { newGroupCipher: 'pairwise' } })
  const [victim, alice] = [story.enter('Victim'), story.enter('Alice')]
  story.gather(victim, alice)
  const provider = { primitives: story.primitives, random: story.random.bytes }
  story.say(alice, 'before')
  story.say(victim, 'hello')
  story.pass(SOON_MS)
  const shown = () => victim.view().groups.map(({ id, unread, isMarkedUnread, members }) => ({ id, unread, isMarkedUnread, members: members.length }))
  const [before, heard] = [shown(), story.heard.length]
  const [store, self] = [preKeyStoreOf(victim.rows), victim.rows.get(SELF, 'self')]
  if (store === undefined || self === undefined) throw new RangeError('no profile')
  victim.deliver({ kind: 'peerOpened', peer: 'they', path: 'direct', initiator: false })
  for (let i = 0; i < STRANGERS; i++) {
    const stranger = createPerson(provider, story.nowMs)
    const bundle = acceptBundle(story.primitives, bundleFor(store, self.certificate).bundle, story.nowMs)
    if ('code' in bundle) throw new RangeError(bundle.code)
    const said = encode(letter, [...saidBy(story, stranger.account, victim)])
    const { record } = sealWithSessions(provider, startSession(provider, stranger, bundle, null, story.nowMs), said, story.nowMs, 0)
    victim.deliver({ kind: 'peerFrameReceived', peer: 'they', frame: encode(peerFrame, { kind: 'letter', record }) })
    story.pass(100)
  }
  story.pass(SOON_MS)
  // They were opened: it is what they say that counts for nothing.
  expect(victim.rows.scan(STRANGER).length).toBeGreaterThan(0)
  expect([DIRECT_CHAT, JOIN, UNDECRYPTABLE].flatMap((table) => victim.rows.scan<unknown>(table as never))).toEqual([])
  // A message may wait for its author's admission, within the share of all strangers; an invite does not.
  const waiting = victim.rows.scan(PENDING_BODY).map(({ value }) => decode(controlMessage, value.body)?.kind)
  expect([waiting.filter((kind) => kind !== 'pairwiseMessage'), overShares(victim.state)]).toEqual([[], []])
  expect([story.texts(victim), shown()]).toEqual([['before', 'hello'], before])
  expect(story.heard.slice(heard).filter(({ by, what }) => by === victim && what === 'relayed letter')).toEqual([])
  story.say(alice, 'after')
  story.pass(SOON_MS)
  expect(story.texts(victim)).toEqual(['before', 'hello', 'after'])
})
