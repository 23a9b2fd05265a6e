import {
  type GroupId,
  type Invite,
  isLadderLength,
  joinRequest,
  type JoinRequest,
  type JoinStatement,
  encode,
  LIMITS,
  type OperationId,
  pad,
  toHex,
  toBase64url,
  concat,
  L,
  invite as inviteCodec,
} from '@sotto/wire'
import { describe, expect, test } from 'vitest'
import { bundleFor, createPreKeyStore } from '../pre-keys/index.ts'
import { createNoblePrimitives, loadSodiumPrimitives } from '../primitives/index.ts'
import { SEALED_BOX_OVERHEAD_BYTES, sealBox } from '../sealed-box/sealed-box.ts'
import { createDevice, createPerson, memberEntryOf } from '../test-support/people.ts'
import { flipped, seededProvider } from '../test-support/seeded-provider.ts'
import { hashOfHeads, inviteKeyPair, rendezvousAppendKeyPair, rendezvousKeys } from './invite-keys.ts'
import { formatInvite, INVITE_PREFIX, parseInvite } from './invite-text.ts'
import { openJoinRequest, sealJoinRequest } from './join-request.ts'
import { answeredBy, hashOfName, signJoinStatement } from './join-statement.ts'

const sodium = await loadSodiumPrimitives()
const noble = createNoblePrimitives()
const NOW = 1_800_000_000_000
const provider = seededProvider(sodium, 'invite')
const GROUP = provider.random(32) as GroupId
const rendezvousSeed = provider.random(32)
const RELAY = `/dns4/relay.a-rather-long-name.example.org/tcp/443/wss/p2p/12D3KooW${'x'.repeat(44)}`
const members = rendezvousKeys(sodium, rendezvousSeed)

const invite: Invite = {
  group: GROUP,
  rendezvousReadKey: members.readKeyPair.publicKey,
  rendezvousSealKey: members.sealKeyPair.publicKey,
  seed: provider.random(32),
  headsHash: hashOfHeads(sodium, [provider.random(32) as OperationId]),
  inviter: provider.random(16),
  expiresMs: NOW + LIMITS.inviteMs,
  relays: [RELAY],
}

const textOf = (of: Invite): string => {
  const text = formatInvite(sodium, of)
  if (text === undefined) throw new Error('it does not fit')
  return text
}

describe('an invite as text', () => {
  test('reads as what was written, with a relay of 110 characters in at most 400', () => {
    expect(RELAY.length).toBeGreaterThanOrEqual(109)
    const text = textOf(invite)
    expect(text.length).toBeLessThanOrEqual(400)
    expect(text).toMatch(/^sotto:[A-Za-z0-9_-]+$/)
    expect(parseInvite(sodium, text)).toEqual(invite)
    expect(parseInvite(noble, text)).toEqual(invite)
  })

  test('may have spaces and line breaks around and in it, and its prefix in capitals', () => {
    const text = textOf(invite)
    expect(parseInvite(sodium, `  ${text.slice(0, 100)}\n${text.slice(100, 200)}\r\n ${text.slice(200)}\n`)).toEqual(invite)
    expect(parseInvite(sodium, text.replace('sotto:', 'Sotto:'))).toEqual(invite)
  })

  test('names two relays of usual names, or three of numbers', () => {
    const key = '12D3KooWEqtXU8YKcotpw81atHgRotr6deRpWLgSnxAAYR3MjaL'
    const names = ['1', '2'].map((end) => `/dns/relay${end}.some-town.example/tcp/443/wss/p2p/${key}${end}`)
    const numbers = ['1', '2', '3'].map((end) => `/ip4/198.51.100.20${end}/tcp/44001/ws/p2p/${key}${end}`)
    for (const relays of [names, numbers]) expect(parseInvite(sodium, textOf({ ...invite, relays }))).toEqual({ ...invite, relays })
  })

  test('leaves out a relay that does not fit, and is none where none does', () => {
    const short = '/ip4/127.0.0.1/tcp/4001/ws'
    const odd = '/dns4/relay.a-rather-long-name.example.org/tcp/443/wss/p2p/a-key-that-is-none'
    expect(parseInvite(sodium, textOf({ ...invite, relays: [short, short, short] }))).toEqual({ ...invite, relays: [short, short, short] })
    expect(parseInvite(sodium, textOf({ ...invite, relays: [odd, odd, short] }))).toEqual({ ...invite, relays: [odd, short] })
    expect(formatInvite(sodium, { ...invite, relays: ['x'.repeat(200)] })).toBeUndefined()
    expect(formatInvite(sodium, { ...invite, relays: [] })).toBeUndefined()
  })

  test('is not taken for one where it is something else', () => {
    for (const text of ['', 'hello', 'https://example.org/sotto:', textOf(invite).slice(6), 'sott:AAAA']) {
      expect(parseInvite(sodium, text)).toEqual({ code: 'notAnInvite' })
    }
  })

  test('is damaged where anything is missing, added or changed', () => {
    const text = textOf(invite)
    const damaged = { code: 'damaged' }
    for (let length = INVITE_PREFIX.length; length < text.length; length += 7) expect(parseInvite(sodium, text.slice(0, length))).toEqual(damaged)
    for (let at = INVITE_PREFIX.length; at < text.length; at++) {
      const other = text[at] === 'A' ? 'B' : 'A'
      expect(parseInvite(sodium, text.slice(0, at) + other + text.slice(at + 1))).toEqual(damaged)
    }
    expect(parseInvite(sodium, `${text}AAAA`)).toEqual(damaged)
    expect(parseInvite(sodium, `sotto:${'!'.repeat(50)}`)).toEqual(damaged)
    expect(parseInvite(sodium, `sotto:${'A'.repeat(100_000)}`)).toEqual(damaged)
  })

  test('of a later version says so', () => {
    const encoded = encode(inviteCodec, invite).with(0, 2)
    const checksum = sodium.sha256(L('invite checksum'), encoded).slice(0, 4)
    expect(parseInvite(sodium, INVITE_PREFIX + toBase64url(concat(encoded, checksum)))).toEqual({ code: 'unsupportedVersion', version: 2, supported: 1 })
  })
})

describe('the keys of an invite', () => {
  test('name the same rendezvous mailbox for a joiner with the link and for the members', () => {
    const inviteKey = inviteKeyPair(sodium, invite.seed).publicKey
    const byJoiner = rendezvousAppendKeyPair(sodium, inviteKeyPair(noble, invite.seed).publicKey)
    expect(rendezvousAppendKeyPair(sodium, inviteKey)).toEqual(byJoiner)
    expect(rendezvousKeys(noble, rendezvousSeed)).toEqual(members)
  })

  test('are all different', () => {
    const inviteKey = inviteKeyPair(sodium, invite.seed)
    const seeds = [
      inviteKey.seed,
      rendezvousAppendKeyPair(sodium, inviteKey.publicKey).seed,
      members.readKeyPair.seed,
      members.sealKeyPair.privateKey,
      invite.seed,
      rendezvousSeed,
    ]
    expect(new Set(seeds.map(toHex)).size).toBe(seeds.length)
  })

  test("name a log's heads in any order", () => {
    const [a, b] = [provider.random(32) as OperationId, provider.random(32) as OperationId]
    expect(hashOfHeads(sodium, [a, b])).toEqual(hashOfHeads(sodium, [b, a]))
    expect(hashOfHeads(sodium, [a, b])).not.toEqual(hashOfHeads(sodium, [a]))
    expect(hashOfHeads(sodium, [a])).toHaveLength(16)
  })
})

describe('a request to join', () => {
  const joiner = createPerson(provider, NOW)
  const { bundle } = bundleFor(createPreKeyStore(provider, joiner.deviceKeys, NOW), joiner.certificate)
  const member = memberEntryOf(provider, joiner.list, [joiner.certificate])
  const inviteKey = inviteKeyPair(sodium, invite.seed).publicKey
  const answered = answeredBy(sodium, invite)
  const expected = { group: GROUP, inviteKey, rendezvousSeed }

  const sealed = (of: Partial<{ member: typeof member; name: string; bundle: typeof bundle }> = {}, from = invite): Uint8Array => {
    const record = sealJoinRequest(provider, from, { member, name: 'Jo', bundle, askedMs: NOW, ...of }, joiner.deviceKeys)
    if (record === undefined) throw new Error('not sealed')
    return record
  }
  /** A request with anything changed after it was signed, as a joiner with the link can make it. */
  const forged = (change: Partial<JoinRequest>): Uint8Array => {
    const request = openJoinRequest(sodium, expected, sealed())
    if ('code' in request) throw new Error(request.code)
    const plaintext = pad(encode(joinRequest, { ...request, ...change }), SEALED_BOX_OVERHEAD_BYTES)
    const record = sealBox(provider, 'sealed box', invite.rendezvousSealKey, plaintext, GROUP)
    if (record === undefined) throw new Error('not sealed')
    return record
  }

  test('opens for the members, with all that was put in', () => {
    const record = sealed()
    expect(isLadderLength(record.length)).toBe(true)
    expect(record.length).toBeLessThanOrEqual(LIMITS.strangerRecordBytes)
    for (const primitives of [sodium, noble]) {
      expect(openJoinRequest(primitives, expected, record)).toMatchObject({ group: GROUP, invite: answered, member, name: 'Jo', bundle })
    }
  })

  test('fits with as many devices as an account may have', () => {
    const devices = Array.from({ length: LIMITS.devicesPerAccount }, () => createDevice(provider, joiner.accountKeys, NOW).certificate)
    expect(sealed({ member: memberEntryOf(provider, { ...joiner.list, body: { ...joiner.list.body, devices } }, devices) }).length).toBeLessThanOrEqual(
      LIMITS.strangerRecordBytes,
    )
  })

  test('does not open at another rendezvous, for another group, changed or cut', () => {
    const record = sealed()
    const damaged = { code: 'damaged' }
    expect(openJoinRequest(sodium, { ...expected, rendezvousSeed: provider.random(32) }, record)).toEqual(damaged)
    expect(openJoinRequest(sodium, { ...expected, group: provider.random(32) as GroupId }, record)).toEqual(damaged)
    for (const at of [0, 31, 32, 1_000, record.length - 1]) expect(openJoinRequest(sodium, expected, flipped(record, at))).toEqual(damaged)
    expect(openJoinRequest(sodium, expected, record.slice(0, 256))).toEqual(damaged)
    expect(openJoinRequest(sodium, expected, new Uint8Array())).toEqual(damaged)
  })

  test('with another invite of the same rendezvous is foreign', () => {
    expect(openJoinRequest(sodium, expected, sealed({}, { ...invite, seed: provider.random(32) }))).toMatchObject({ code: 'foreignInvite' })
    expect(openJoinRequest(sodium, expected, forged({ invite: { ...answered, inviteKey: provider.random(32) } }))).toEqual({ code: 'badSignature' })
  })

  test('whose signature is for another account or device list is refused', () => {
    const other = createPerson(provider, NOW)
    expect(openJoinRequest(sodium, expected, forged({ member: memberEntryOf(provider, other.list, [other.certificate]) }))).toEqual({ code: 'badSignature' })
  })

  test('whose device or invite did not sign all that it says is refused', () => {
    const request = openJoinRequest(sodium, expected, sealed())
    if ('code' in request) throw new Error(request.code)
    const { proof } = request
    const elsewhere = memberEntryOf(provider, joiner.list, [joiner.certificate])
    // A person with the link can sign for the invite, and no more.
    const byLink = (change: Partial<JoinStatement>): Partial<JoinRequest> => {
      const said = { group: GROUP, invite: answered, member, nameHash: proof.nameHash, askedMs: NOW, ...change }
      const mallory = createPerson(provider, NOW)
      return { member: said.member, proof: signJoinStatement(sodium, said, mallory.deviceKeys, inviteKeyPair(sodium, invite.seed)) }
    }
    const changes: readonly Partial<JoinRequest>[] = [
      { proof: { ...proof, inviteSignature: new Uint8Array(64) } },
      { proof: { ...proof, inviteSignature: null } },
      { proof: { ...proof, deviceSignature: new Uint8Array(64) } },
      { proof: { ...proof, askedMs: NOW + 1 } },
      { proof: { ...proof, nameHash: hashOfName(sodium, 'Joan') }, name: 'Joan' },
      { name: 'Joan' },
      { member: elsewhere },
      byLink({}),
      byLink({ member: elsewhere }),
      { invite: { ...answered, inviter: provider.random(16) } },
      { invite: { ...answered, headsHash: provider.random(16) } },
    ]
    expect(openJoinRequest(sodium, expected, forged({}))).toMatchObject({ name: 'Jo' })
    for (const change of changes) expect(openJoinRequest(sodium, expected, forged(change))).toEqual({ code: 'badSignature' })
  })

  test('whose device list is not good is refused, and says why', () => {
    const list = { ...joiner.list, signature: flipped(joiner.list.signature, 0) }
    expect(openJoinRequest(sodium, expected, sealed({ member: { ...member, list } }))).toEqual({ code: 'badDeviceList', reason: { code: 'badSignature' } })
  })

  test('with a device or a bundle that the list does not name is refused', () => {
    const other = createPerson(provider, NOW)
    const othersBundle = bundleFor(createPreKeyStore(provider, other.deviceKeys, NOW), other.certificate).bundle
    expect(openJoinRequest(sodium, expected, sealed({ bundle: othersBundle }))).toEqual({ code: 'foreignDevice' })
    expect(openJoinRequest(sodium, expected, sealed({ member: memberEntryOf(provider, joiner.list, [joiner.certificate, other.certificate]) }))).toEqual({
      code: 'foreignDevice',
    })
  })

  test('is not sealed to a key of small order that an attacker put into the link', () => {
    const tampered = { ...invite, rendezvousSealKey: new Uint8Array(32) }
    expect(sealJoinRequest(provider, tampered, { member, name: 'Jo', bundle, askedMs: NOW }, joiner.deviceKeys)).toBeUndefined()
  })
})
