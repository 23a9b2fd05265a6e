/** Every claim of others has a rule in PROTOCOL.md section 13: who may make it, what proves it, and what bounds it. */
import { expect, test } from 'vitest'
import { readSource, sourceFiles } from './source-files.ts'
import { gapsIn, readTrustTable, shapesInCode, unlistedUnions } from './trust-table.ts'

const table = readTrustTable(readSource('PROTOCOL.md'))
const shapes = new Map([
  ...shapesInCode(),
  ['rows of every table', ['the row']] as const,
  ['records of the search index', ['the record']] as const,
  ['records of a file at a relay', ['the record']] as const,
])

test('every field of every shape that others send has one rule of trust', () => {
  expect(gapsIn(shapes, table)).toEqual([])
  expect(unlistedUnions()).toEqual([])
})

test('a new kind, a new field and a field with two rules are noticed', () => {
  const grown = new Map([...shapes, ['control message rumour', ['group']], ['peer frame hello', ['nonce', 'mood']]] as const)
  const twice = new Map([...table.saidIn, ['peer frame letter', new Map([['record', ['13.1', '13.99']]])]] as const)
  expect(gapsIn(grown, { ...table, saidIn: twice })).toEqual([
    'peer frame hello: nothing judges mood',
    'peer frame letter: record has the rules 13.1 and 13.99',
    'peer frame letter: there is no rule 13.99',
    'control message rumour is in no row',
  ])
})

test('every rule of trust judges a field, but those for what nobody may say', () => {
  const used = new Set([...table.saidIn.values()].flatMap((fields) => [...fields.values()].flat()))
  expect([...table.rules].filter(([rule, who]) => who !== 'nobody' && !used.has(rule)).map(([rule]) => rule)).toEqual([])
  expect(table.rules.size).toBeGreaterThan(30)
})

test('every rule of trust is named where the code keeps it', () => {
  const cited = new Set(
    sourceFiles()
      .filter((file) => !file.endsWith('.test.ts') && !file.startsWith('test/'))
      .flatMap((file) => [...readSource(file).matchAll(/§(13\.\d+)/g)].map(([, rule = '']) => rule)),
  )
  expect([...table.rules.keys()].filter((rule) => !cited.has(rule))).toEqual([])
  expect([...cited].filter((rule) => !table.rules.has(rule))).toEqual([])
})
