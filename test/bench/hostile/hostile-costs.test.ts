/**
 * What a hostile message costs a device and a relay, counted in uses of primitives and bytes, and so the same on every
 * machine: it does not grow with contacts, members, void operations or mailboxes. `npm run bench -- hostile` measures the same
 * rows in processor time.
 */
import { describe, expect, test } from 'vitest'
import { deviceAttacks } from './device-attacks.ts'
import { deviceUnderAttack, type World } from './device-under-attack.ts'
import { type Attack, countsOf } from './measure.ts'
import { relayAttacks } from './relay-attacks.ts'

interface Counts {
  readonly publicKeyOperations: number
  readonly symmetricOperations: number
  readonly keptBytes: number
}

const countsIn = (attacks: readonly (() => Attack)[]): ReadonlyMap<string, Counts> =>
  new Map(
    attacks.map((make): readonly [string, Counts] => {
      const attack = make()
      return [attack.kind, countsOf(attack)]
    }),
  )
const deviceIn = async (world: World): Promise<ReadonlyMap<string, Counts>> => countsIn(deviceAttacks(await deviceUnderAttack(world)))

const FEW = 6
const MANY = 36
const VOID_OPERATIONS = 60
const INVITES = 12

/** Each session is tried with a letter in the inbox, which names no sender. The list may only get shorter. */
const GROW_WITH_CONTACTS: readonly string[] = ['letter: in the shape of one, in the inbox']
/**
 * A row of twelve may differ by what is drawn: a byte of length, a try more, a mailbox whose time to be opened has come. What
 * grew would be twelve more at least.
 */
const DRAWN = { publicKeyOperations: 4, symmetricOperations: 24 }

describe('a hostile message costs a device', async () => {
  const small = await deviceIn({ contacts: FEW, members: FEW, voidOperations: 0 })
  const contacts = await deviceIn({ contacts: MANY, members: FEW, voidOperations: 0 })

  const grown = (large: ReadonlyMap<string, Counts>, than: ReadonlyMap<string, Counts>): readonly string[] =>
    [...large].flatMap(([kind, { publicKeyOperations, symmetricOperations }]) => {
      const before = than.get(kind)
      const isFlat =
        before !== undefined &&
        publicKeyOperations <= before.publicKeyOperations + DRAWN.publicKeyOperations &&
        symmetricOperations <= before.symmetricOperations + DRAWN.symmetricOperations
      return isFlat ? [] : [`${kind}: ${publicKeyOperations} and ${symmetricOperations}, not ${before?.publicKeyOperations} and ${before?.symmetricOperations}`]
    })

  test('no more among many contacts, but for a letter in the shape of one', () => {
    expect(grown(contacts, small).map((each) => each.replace(/: \d.*/, ''))).toEqual(GROW_WITH_CONTACTS)
  })

  test('no more in a large group', async () => {
    expect(grown(await deviceIn({ contacts: MANY, members: MANY, voidOperations: 0 }), contacts)).toEqual([])
  })

  test('no more behind many operations that stand nowhere', async () => {
    expect(grown(await deviceIn({ contacts: FEW, members: FEW, voidOperations: VOID_OPERATIONS }), small)).toEqual([])
  })

  test('no more where a member has many invites open', async () => {
    const operations = [...(await deviceIn({ contacts: FEW, members: FEW, voidOperations: 0, invites: INVITES }))].filter(([kind]) =>
      kind.startsWith('operation'),
    )
    expect(grown(new Map(operations), small)).toEqual([])
  })

  test('nothing that is kept, if it is noise or forged', () => {
    const kept = [...small].filter(([kind, { keptBytes }]) => /noise|forged|in the shape/.test(kind) && keptBytes > 128)
    expect(kept).toEqual([])
  })
})

/** What a relay checks for one address before it stops: as many as `badOpensPerAddress`, each with one check (PROTOCOL §8.47). */
const BAD_OPENS = 16

describe('a hostile request costs a relay', async () => {
  const few = countsIn(await relayAttacks(4))

  test('signature checks only to open a mailbox, and few of those that fail: then its address is not heard', () => {
    const checked = [...few].filter(([, { publicKeyOperations }]) => publicKeyOperations > 0)
    expect(checked.map(([kind]) => kind)).toEqual(['open', 'open: forged'])
    expect(few.get('open: forged')?.publicKeyOperations).toBe(BAD_OPENS)
  })

  test('no more where many mailboxes have something waiting', async () => {
    expect([...countsIn(await relayAttacks(400))]).toEqual([...few])
  })

  test('no room, if it is refused', () => {
    const refused = ['append: under no handle', 'append: off the ladder', 'append: into a mailbox that is full', 'open: forged', 'a frame that is none']
    expect(refused.map((kind) => few.get(kind)?.keptBytes)).toEqual(refused.map(() => 0))
  })
})
