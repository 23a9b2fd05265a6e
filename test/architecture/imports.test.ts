import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Entrance, ROOMS, type Room, roomName, roomsTable } from './rooms.ts'
import { ROOT, codeOnly, readImports, readSource, resolveOwnPackage, resolveRelative, sourceFiles } from './source-files.ts'

const roomOf = (file: string): Room | undefined =>
  ROOMS.filter(({ path }) => file === path || file.startsWith(`${path}/`)).toSorted((a, b) => b.path.length - a.path.length)[0]

/** Tests may use more than their room: other rooms as examples, and testing tools. */
const isTest = (file: string): boolean => file.endsWith('.test.ts') || file.endsWith('.test.tsx')

/** Test support of a package runs in Node, wherever the package does. */
const isForTests = (file: string): boolean => file.includes('/src/testing/')

const matches = (name: string, pattern: string): boolean => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern)

function opens(entrance: Entrance, target: string, typesOnly: boolean): boolean {
  if (typeof entrance === 'string') return roomOf(target)?.path === entrance
  return (typesOnly || !entrance.typesOnly) && target === entrance.file
}

/** What is wrong with one import, as a sentence; null if nothing is. */
function objection(file: string, room: Room, specifier: string, typesOnly: boolean): string | null {
  const own = specifier.startsWith('.') || specifier.startsWith('@sotto/')
  if (!own) {
    if (isForTests(file) && specifier.startsWith('node:')) return null
    if (room.packages === 'anything' || room.packages.some((pattern) => matches(specifier, pattern))) return null
    return `${file} imports the package ${specifier}, which ${roomName(room.path)} may not`
  }
  const target = specifier.startsWith('.') ? resolveRelative(file, specifier) : resolveOwnPackage(specifier)
  const there = roomOf(target)
  if (there?.path === room.path || room.imports === 'anything') return null
  if (room.imports.some((entrance) => opens(entrance, target, typesOnly))) return null
  return `${file} imports ${target}, which ${roomName(room.path)} may not${typesOnly ? '' : ' (other than its types, perhaps)'}`
}

const files = sourceFiles()

describe('the rooms', () => {
  test('every source file lies in one', () => {
    expect(files.length).toBeGreaterThan(20)
    expect(files.filter((file) => roomOf(file) === undefined)).toEqual([])
  })

  test('are shown in ARCHITECTURE.md as they are', () => {
    expect(existsSync(join(ROOT, 'ARCHITECTURE.md'))).toBe(true)
    expect(readSource('ARCHITECTURE.md')).toContain(roomsTable())
  })

  test('import only what the table allows', () => {
    const objections = files.flatMap((file) => {
      const room = roomOf(file)
      if (room === undefined || isTest(file)) return []
      return readImports(readSource(file)).flatMap(({ specifier, typesOnly }) => objection(file, room, specifier, typesOnly) ?? [])
    })
    expect(objections).toEqual([])
  })

  test('keep the relay and its tests away from sessions, core and engine', () => {
    const forbidden = ['packages/core', 'packages/engine', 'packages/crypto']
    const reached = files
      .filter((file) => file.startsWith('relay-node/'))
      .flatMap((file) => readImports(readSource(file)).filter(({ specifier }) => specifier.startsWith('@sotto/')))
      .map(({ specifier }) => roomOf(resolveOwnPackage(specifier))?.path ?? '')
    expect(reached.filter((path) => forbidden.includes(path))).toEqual([])
  })
})

/** Clock, chance, timers, promises: anything that would make a step depend on more than its state and event. */
const IMPURE =
  /\bDate\s*\.\s*now\b|\bnew\s+Date\b|\bperformance\b|\bMath\s*\.\s*random\b|\bset(?:Timeout|Interval|Immediate)\b|\bqueueMicrotask\b|\basync\b|\bawait\b|\bPromise\b/

/** Loading a WebAssembly provider cannot be synchronous. Nothing else there may wait. */
const isLoader = (file: string): boolean => /^packages\/crypto\/src\/primitives\/load[^/]*\.ts$/.test(file)

test('the pure rooms use no clock, chance, timer or promise', () => {
  const impure = files.flatMap((file) => {
    if (roomOf(file)?.pure !== true || isTest(file) || isLoader(file)) return []
    const found = IMPURE.exec(codeOnly(readSource(file)))
    return found === null ? [] : [`${file} says ${found[0]}`]
  })
  expect(impure).toEqual([])
})

describe('the import reader', () => {
  const read = (source: string) => readImports(source).map(({ specifier, typesOnly }) => `${specifier}${typesOnly ? ' (types)' : ''}`)

  test('sees statements over several lines, re-exports, effects, calls and workers', () => {
    expect(read("import {\n  a,\n  type B,\n} from './a.ts'")).toEqual(['./a.ts'])
    expect(read("export * from './b.ts'\nexport { c } from './c.ts'")).toEqual(['./b.ts', './c.ts'])
    expect(read("import './style.css'")).toEqual(['./style.css'])
    expect(read("const d = await import('./d.ts')")).toEqual(['./d.ts'])
    expect(read("new Worker(new URL('./e.ts', import.meta.url))")).toEqual(['./e.ts'])
  })

  test('tells imports of types from others', () => {
    expect(read("import type { A } from './a.ts'")).toEqual(['./a.ts (types)'])
    expect(read("import { type A, type B } from './a.ts'")).toEqual(['./a.ts (types)'])
    expect(read("import { type A, b } from './a.ts'")).toEqual(['./a.ts'])
    expect(read("export type { A } from './a.ts'")).toEqual(['./a.ts (types)'])
  })

  test('does not read comments', () => {
    expect(read("// import { a } from './a.ts'\n/* import './b.ts' */")).toEqual([])
  })
})

describe('an objection is raised', () => {
  const room = (path: string): Room => {
    const found = ROOMS.find((one) => one.path === path)
    if (found === undefined) throw new Error(`no room ${path}`)
    return found
  }

  test.each([
    ['packages/wire/src/codec.ts', 'packages/wire', '@sotto/core', false],
    ['packages/core/src/machine/step.ts', 'packages/core', 'dexie', false],
    ['packages/transport/src/peers.ts', 'packages/transport', 'node:net', false],
    ['packages/mailbox/src/rules.ts', 'packages/mailbox', '@sotto/crypto', false],
    ['relay-node/src/main.ts', 'relay-node', '@sotto/engine', true],
    ['extension/app/main.tsx', 'extension/app', '@sotto/engine/api', false],
    ['extension/app/main.tsx', 'extension/app', '@sotto/engine', true],
    ['extension/app/main.tsx', 'extension/app', '../host/compose.ts', true],
  ])('to %s (in %s) importing %s', (file, path, specifier, typesOnly) => {
    expect(objection(file, room(path), specifier, typesOnly)).not.toBeNull()
  })

  test.each([
    ['packages/membership/src/rules/fold.ts', 'packages/membership', '@sotto/crypto/primitives', false],
    ['packages/transport/src/testing/slow-line.ts', 'packages/transport', 'node:net', false],
    ['extension/app/main.tsx', 'extension/app', '@sotto/engine/api', true],
    ['extension/app/main.tsx', 'extension/app', '../client/engine-client.ts', true],
  ])('but not to %s (in %s) importing %s', (file, path, specifier, typesOnly) => {
    expect(objection(file, room(path), specifier, typesOnly)).toBeNull()
  })
})
