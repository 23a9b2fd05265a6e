import * as inside from '@sotto/core/inside'
import { describe, expect, test } from 'vitest'
import { INNER_ROOMS } from './rooms.ts'
import { codeOnly, readSource, sourceFiles } from './source-files.ts'

/** Rooms that write rows of another room's table. The list may only get shorter: fixed entries are removed, and none is added. */
const KNOWN: readonly string[] = [
  'ADMISSION machine',
  'CONTACT machine',
  'COUNTER state',
  'EARLIER_SECRET machine',
  'EPOCH machine',
  'FETCHING links',
  'FETCHING machine',
  'FIRST_RELAYS machine',
  'FIRST_RELAYS members',
  'GROUP cipher',
  'JOIN machine',
  'ISOLATED machine',
  'NEW_MEMBER machine',
  'OPERATION members',
  'OUTBOX machine',
  'OWN_INVITE machine',
  'PEER peers',
  'PENDING_BODY groups',
  'PENDING_BODY machine',
  'PENDING_BODY members',
  'PRE_KEYS_GIVEN machine',
  'PUBLISHED machine',
  'READ cipher',
  'READ messages',
  'READ peers',
  'RELAY_LINK machine',
  'RELAY_PLACE machine',
  'SEALED_BEFORE groups',
  'SECRET members',
  'SECRET_MISSING machine',
  'SEEN_REMOVAL machine',
  'SELF links',
  'SERVED machine',
  'SERVING machine',
  'UNKNOWN_SENDER machine',
  'UNKNOWN_SENDER messages',
  'TIMER state',
]

/** Rooms that read rows of a table whose room they may not import: they should be told instead. This list may only get shorter, too. */
const KNOWN_READS: readonly string[] = [
  'CONTACT_REQUEST view',
  'COUNTER state',
  'EPOCH cipher',
  'EPOCH groups',
  'EPOCH_KEYS cipher',
  'FETCHING links',
  'RECEIVED groups',
  'JOIN groups',
  'JOIN view',
  'OWN_CONTACT_LINK view',
  'OWN_PEER peers',
  'UNDECRYPTABLE groups',
  'USED_CONTACT_LINK view',
  'SEALED_BEFORE groups',
  'SELF peers',
  'SENT cipher',
  'TIMER state',
  'WHEREABOUTS cipher',
  'WHEREABOUTS links',
  'WHEREABOUTS view',
]

const CORE = 'packages/core/src/'
const WRITES = /\bput\(\s*([A-Z][A-Z_]*)\b|\bdelete(?:All)?\(\s*([A-Z][A-Z_]*)\b/g

/** Names of the tables that a source writes or deletes rows of. */
const writtenIn = (source: string): readonly string[] => [...codeOnly(source).matchAll(WRITES)].map(([, put, deleted]) => put ?? deleted ?? '')

const READS = /\b(?:get|scan|first)\(\s*([A-Z][A-Z_]*)\b/g

/** Names of the tables whose rows a source reads. */
const readIn = (source: string): readonly string[] => [...codeOnly(source).matchAll(READS)].map(([, table = '']) => table)

/** The rooms that each room may import. It may read their tables and its own. */
const belowOf = new Map(INNER_ROOMS.filter(({ source }) => CORE.startsWith(source)).flatMap(({ rooms }) => rooms.map(({ name, imports }) => [name, imports])))

const ownerOf = new Map(
  Object.entries(inside).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null && 'owner' in value && 'scope' in value ? [[name, value.owner] as const] : [],
  ),
)

describe('the rows of a table', () => {
  const files = sourceFiles()
    .filter((file) => file.startsWith(CORE) && !file.endsWith('.test.ts'))
    .map((file) => ({ room: file.slice(CORE.length).split('/')[0] ?? '', source: readSource(file) }))
  const foreign = new Set(
    files.flatMap(({ room, source }) => writtenIn(source).flatMap((table) => (ownerOf.has(table) && ownerOf.get(table) !== room ? [`${table} ${room}`] : []))),
  )
  const readFromBelow = new Set(
    files.flatMap(({ room, source }) =>
      readIn(source).flatMap((table) => {
        const owner = ownerOf.get(table)
        return owner === undefined || owner === room || belowOf.get(room)?.includes(owner) !== false ? [] : [`${table} ${room}`]
      }),
    ),
  )

  test('are of tables that are known here', () => {
    expect(ownerOf.size).toBe(inside.allTables().length)
  })

  test('are written by the room that owns the table, with known exceptions', () => {
    expect([...foreign].filter((each) => !KNOWN.includes(each)).toSorted()).toEqual([])
  })

  test('are written elsewhere exactly as the list says, which loses fixed entries', () => {
    expect(KNOWN.filter((each) => !foreign.has(each))).toEqual([])
  })

  test('are read by the owner and rooms above it, with known exceptions', () => {
    expect([...readFromBelow].filter((each) => !KNOWN_READS.includes(each)).toSorted()).toEqual([])
    expect(KNOWN_READS.filter((each) => !readFromBelow.has(each))).toEqual([])
  })
})

describe('the reader of writes', () => {
  test.each([
    ['context.transaction.put(OWN_KEY, [group], own)', ['OWN_KEY']],
    ['context.transaction.delete(UNKNOWN_SENDER, ...key)\ntransaction.deleteAll(JOIN, group)', ['UNKNOWN_SENDER', 'JOIN']],
    ["context.transaction.get(SELF, 'self')\n// put(SELF, [])", []],
  ])('finds in %s', (source, tables) => {
    expect(writtenIn(source)).toEqual(tables)
  })
})

test('the reader of reads finds get, scan and first', () => {
  const source = "transaction.get(SELF, 'self')\ncontext.transaction.scan(GROUP)\nfirst(\n  PENDING_MESSAGE,\n)\n// get(JOIN)\nput(OWN_KEY, [])"
  expect(readIn(source)).toEqual(['SELF', 'GROUP', 'PENDING_MESSAGE'])
})
