import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ASSUMED, costTable, readConstants } from './million-users.ts'

const page = (name: string): string => readFileSync(join(import.meta.dirname, '..', '..', 'docs', name), 'utf8')

/** Tables as people read them: how wide a column is does not matter. */
const plain = (text: string): string => text.replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---')

test('the page about a million users follows from its formulas, and from the figures that the benchmark printed', () => {
  expect(plain(page('a-million-users.md'))).toContain(plain(costTable(readConstants(page('relay-figures.md')))))
})

test('what the page assumes is what its formulas take', () => {
  const assumed = [...page('a-million-users.md').matchAll(/^\| `(\w+)` +\| +([\d,.]+) /gm)].map(([, name = '', value = '']) => [
    name,
    Number(value.replaceAll(',', '')),
  ])
  expect(Object.fromEntries(assumed)).toEqual(ASSUMED)
})

test('a page without a figure is not read', () => {
  expect(() => readConstants('| CPU of a ping, µs | 3 |')).toThrow('no figure')
})
