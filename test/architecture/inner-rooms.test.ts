import { describe, expect, test } from 'vitest'
import { type ImportingFile, innerObjections, tableObjections } from './inner-rooms.ts'
import { INNER_ROOMS, type InnerRooms } from './rooms.ts'
import { importGraph } from './import-graph.ts'
import { sourceFiles } from './source-files.ts'

describe('inside a package', () => {
  const graph = importGraph(sourceFiles())
  const files: readonly ImportingFile[] = [...graph].map(([file, targets]) => ({ file, targets }))

  test.each(INNER_ROOMS)('rooms import only what they may: $source', (inner) => {
    expect(files.some(({ file }) => file.startsWith(`${inner.source}/`))).toBe(true)
    expect(innerObjections(inner, files)).toEqual([])
  })

  test.each(INNER_ROOMS)('a room names only rooms below it: $source', (inner) => {
    expect(tableObjections(inner)).toEqual([])
  })
})

describe('a group cipher', () => {
  const CIPHERS = 'packages/core/src/cipher/'
  /** Where ciphers are named: their list, the list of tables, and the exports for tests. */
  const NAMING = ['packages/core/src/machine/ciphers.ts', 'packages/core/src/state/tables/all.ts', 'packages/core/src/inside.ts']
  const ciphers = [...importGraph(sourceFiles()).keys()].flatMap((file) => (file.startsWith(CIPHERS) ? [file.slice(CIPHERS.length).split('/')] : []))
  /** What ciphers share. */
  const SHARED = ['repair']
  const names = new Set(ciphers.flatMap(([name = '', ...rest]) => (rest.length === 0 || SHARED.includes(name) ? [] : [name])))

  test('is known by name in two lists and nowhere else', () => {
    expect([...names]).toContain('sender-keys')
    const knowing = [...importGraph(sourceFiles())].flatMap(([file, targets]) =>
      [...names].flatMap((name) => {
        const isItsOwn = file.startsWith(`${CIPHERS}${name}/`) || file.endsWith('.test.ts') || NAMING.includes(file)
        const known = targets.filter((target) => target.startsWith(`${CIPHERS}${name}/`) || target === `packages/core/src/state/tables/${name}.ts`)
        return isItsOwn ? [] : known.map((target) => `${file} imports ${target}`)
      }),
    )
    expect(knowing).toEqual([])
  })
})

describe('in a house of two rooms and a cellar', () => {
  const house: InnerRooms = {
    source: 'packages/house/src',
    rooms: [
      { name: 'attic', imports: ['kitchen'] },
      { name: 'kitchen', imports: ['cellar'] },
      { name: 'cellar', imports: [] },
    ],
  }
  const objections = (file: string, ...targets: string[]): readonly string[] =>
    innerObjections(house, [
      { file: `packages/house/src/${file}`, targets: targets.map((target) => (target.startsWith('packages/') ? target : `packages/house/src/${target}`)) },
    ])

  test.each([
    ['up', 'kitchen/stove.ts', 'attic/trunk.ts'],
    ['down past a room that is not named', 'attic/trunk.ts', 'cellar/barrel.ts'],
    ['from the deepest room, anything', 'cellar/barrel.ts', 'kitchen/stove.ts'],
    ['out of a folder within a room', 'cellar/wine/bottle.ts', 'kitchen/stove.ts'],
    ['round the order, by the package’s index', 'kitchen/stove.ts', 'index.ts'],
    ['a folder that has no row', 'kitchen/stove.ts', 'garden/tree.ts'],
  ])('an import is objected to that goes %s', (_where, file, target) => {
    expect(objections(file, target)).toEqual([`packages/house/src/${file} imports packages/house/src/${target}, which ${file.split('/')[0]}/ may not`])
  })

  test.each([
    ['within its room', 'kitchen/stove.ts', 'kitchen/pans/pan.ts'],
    ['where its row says', 'attic/trunk.ts', 'kitchen/stove.ts'],
    ['to another package', 'cellar/barrel.ts', 'packages/wire/src/index.ts'],
    ['from the top of the package', 'index.ts', 'attic/trunk.ts'],
    ['from a folder that has no row', 'garden/tree.ts', 'attic/trunk.ts'],
    ['up, in a test', 'cellar/barrel.test.ts', 'attic/trunk.ts'],
  ])('an import may go %s', (_where, file, target) => {
    expect(objections(file, target)).toEqual([])
  })

  test('every import of a file is checked', () => {
    expect(objections('cellar/barrel.ts', 'cellar/wine.ts', 'kitchen/stove.ts', 'attic/trunk.ts')).toHaveLength(2)
  })

  test.each([
    [
      'a room above',
      [
        { name: 'attic', imports: [] },
        { name: 'cellar', imports: ['attic'] },
      ],
    ],
    ['itself', [{ name: 'attic', imports: ['attic'] }]],
    ['one that is not there', [{ name: 'attic', imports: ['balcony'] }]],
  ])('a row is objected to that names %s', (_what, rooms) => {
    expect(tableObjections({ source: 'packages/house/src', rooms })).toHaveLength(1)
  })
})
