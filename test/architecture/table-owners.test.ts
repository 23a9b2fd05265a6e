import * as inside from '@sotto/core/inside'
import { describe, expect, test } from 'vitest'
import { codeOnly, readSource, sourceFiles } from './source-files.ts'

/** Rooms that write rows of another room's table. The list may only get shorter: what is mended leaves it, and nothing is added. */
const KNOWN: readonly string[] = [
  'ADMISSION machine',
  'CONTACT groups',
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
  'LETTER_QUEUE groups',
  'LONE machine',
  'NEWCOMER machine',
  'OPERATION members',
  'OUTBOX machine',
  'OWN_INVITE machine',
  'PEER machine',
  'PEER peers',
  'PENDING_BODY groups',
  'PENDING_BODY machine',
  'PENDING_BODY members',
  'PRE_KEYS_GIVEN machine',
  'PUBLISHED machine',
  'READ cipher',
  'READ messages',
  'READ peers',
  'RELAY machine',
  'RELAY members',
  'RELAY_LINK machine',
  'RELAY_PLACE machine',
  'SEALED_BEFORE groups',
  'SECRET members',
  'SECRET_MISSING machine',
  'SEEN_OUT machine',
  'SELF links',
  'SERVED machine',
  'SERVING machine',
  'STRAY machine',
  'STRAY messages',
  'TIMER state',
]

const CORE = 'packages/core/src/'
const WRITES = /\bput\(\s*([A-Z][A-Z_]*)\b|\bdelete(?:All)?\(\s*([A-Z][A-Z_]*)\b/g

/** Names of the tables that a source puts rows into or deletes rows of. */
const writtenIn = (source: string): readonly string[] => [...codeOnly(source).matchAll(WRITES)].map(([, put, deleted]) => put ?? deleted ?? '')

const ownerOf = new Map(
  Object.entries(inside).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null && 'owner' in value && 'scope' in value ? [[name, value.owner] as const] : [],
  ),
)

describe('the rows of a table', () => {
  const foreign = new Set(
    sourceFiles().flatMap((file) => {
      if (!file.startsWith(CORE) || file.endsWith('.test.ts')) return []
      const [room = ''] = file.slice(CORE.length).split('/')
      return writtenIn(readSource(file)).flatMap((table) => (ownerOf.has(table) && ownerOf.get(table) !== room ? [`${table} ${room}`] : []))
    }),
  )

  test('are of tables that are known here', () => {
    expect(ownerOf.size).toBe(inside.allTables().length)
  })

  test('are written by the room that owns it, but for known ones', () => {
    expect([...foreign].filter((each) => !KNOWN.includes(each)).toSorted()).toEqual([])
  })

  test('are written elsewhere as the list says, which loses what is mended', () => {
    expect(KNOWN.filter((each) => !foreign.has(each))).toEqual([])
  })
})

describe('the reader of writes', () => {
  test.each([
    ['context.draft.put(OWN_KEY, [group], own)', ['OWN_KEY']],
    ['context.draft.delete(STRAY, ...key)\ndraft.deleteAll(JOIN, group)', ['STRAY', 'JOIN']],
    ["context.draft.get(SELF, 'self')\n// put(SELF, [])", []],
  ])('finds in %s', (source, tables) => {
    expect(writtenIn(source)).toEqual(tables)
  })
})
