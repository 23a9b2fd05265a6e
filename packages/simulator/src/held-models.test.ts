import { GROUP, JOIN, MEMBERSHIP_LOG, OWN_INVITE } from '@sotto/core/inside'
import { emptyLog, heads } from '@sotto/membership'
import { encode, fromBase64url, type GroupId, toBase64url } from '@sotto/wire'
import { describe, expect, it } from 'vitest'
import { noCounts } from './counts.ts'
import { checkModels } from './held-models.ts'
import { Ledger } from './ledger.ts'
import { beginStory } from './story/story.ts'

describe('the models’ properties in a world', () => {
  it('hold where nothing is wrong, and a secret that came to one that is no member breaks one', async () => {
    const story = await beginStory({ direct: true })
    const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
    story.gather(alice, bob)
    const violations: string[] = []
    const ledger = new Ledger((what) => violations.push(what), noCounts())
    const log = alice.rows.get(MEMBERSHIP_LOG, story.group)
    const [create] = log?.history.entries ?? []
    if (create === undefined) throw new TypeError('no log')
    const world = { peers: [alice, bob, carol], adversaries: [], group: story.group, ledger, primitives: story.primitives }
    for (const peer of [alice, bob]) ledger.secretsOf.set(peer, new Set([toBase64url(create.id)]))
    checkModels(world, (what) => violations.push(what))
    expect(violations).toEqual([])
    ledger.secretsOf.set(carol, new Set([toBase64url(create.id)]))
    checkModels(world, (what) => violations.push(what))
    expect(violations).toEqual(['I28: Carol has a secret, and was no member where it was handed out'])
  })

  it('a peer that enters by a link without the operation that it names breaks one', async () => {
    const story = await beginStory({ direct: true })
    const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
    story.gather(alice, bob)
    const violations: string[] = []
    const [known] = heads(bob.rows.get(MEMBERSHIP_LOG, story.group) ?? emptyLog((fromBase64url(story.group) ?? new Uint8Array()) as GroupId))
    if (known === undefined || JOIN.codec === null || OWN_INVITE.codec === null) throw new TypeError('no log')
    const join = encode(JOIN.codec, { invite: 'link', relays: [], step: 'waiting', reason: 'none', startedMs: 0, askedMs: 0 })
    const entersBy = (named: string): void => {
      const ledger = new Ledger((what) => violations.push(what), noCounts())
      const link = OWN_INVITE.codec === null ? new Uint8Array() : encode(OWN_INVITE.codec, { text: 'link', expiresMs: 0, uses: 1 })
      ledger.note(alice, { rows: [{ key: `${OWN_INVITE.name}/${story.group}/${named}`, value: link }], histories: [], dropHistories: [] }, false)
      ledger.note(bob, { rows: [{ key: `${JOIN.name}/${story.group}`, value: join }], histories: [], dropHistories: [] }, false)
      ledger.note(bob, { rows: [{ key: `${JOIN.name}/${story.group}`, value: null }], histories: [], dropHistories: [] }, false)
    }
    expect(bob.rows.get(GROUP, story.group)?.state).toBe('member')
    entersBy(toBase64url(known))
    expect(violations).toEqual([])
    entersBy(toBase64url(new Uint8Array(32)))
    expect(violations).toEqual(['I27: Bob entered by a link, and has not all that its inviter had'])
  })
})
