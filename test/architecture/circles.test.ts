import { describe, expect, test } from 'vitest'
import { circlesIn, importGraph } from './import-graph.ts'
import { sourceFiles } from './source-files.ts'

const within = (folder: string, names: string): readonly string[] => names.split(/\s+/).map((name) => `${folder}/${name}.ts`)

/**
 * Files that import each other in a circle, so that none of them can be read alone. The list may only get shorter: a
 * file that is in no circle any more leaves it, and nothing is added.
 */
const KNOWN: readonly (readonly string[])[] = [
  within('packages/mailbox/src/server', 'appends create-mailbox-server key-desk pushes'),
]

describe('files that import each other in a circle', () => {
  const circles = circlesIn(importGraph(sourceFiles()))

  test('are none but the known ones', () => {
    const unknown = circles.filter((circle) => !KNOWN.some((known) => circle.every((file) => known.includes(file))))
    expect(unknown.map((circle) => circle.join(' ↔ '))).toEqual([])
  })

  test('are still what the list says, which loses what is mended', () => {
    const inCircles = new Set(circles.flat())
    expect(KNOWN.flat().filter((file) => !inCircles.has(file))).toEqual([])
  })
})

describe('the finder of circles', () => {
  const graph = (edges: { readonly [file: string]: readonly string[] }): ReadonlyMap<string, readonly string[]> => new Map(Object.entries(edges))

  test.each([
    ['none', { a: ['b', 'c'], b: ['c'], c: [] }, []],
    ['a file that imports itself', { a: ['a'] }, [['a']]],
    ['two', { a: ['b'], b: ['a'] }, [['a', 'b']]],
    ['a long one, entered from outside, with a way out', { z: ['a'], a: ['b'], b: ['c'], c: ['a', 'd'], d: [] }, [['a', 'b', 'c']]],
    ['two that share a file', { a: ['b'], b: ['a', 'c'], c: ['b'] }, [['a', 'b', 'c']]],
    [
      'two apart',
      { a: ['b'], b: ['a', 'c'], c: ['d'], d: ['c'] },
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['what leads to a file that is not looked at', { a: ['elsewhere'] }, []],
  ])('finds %s', (_what, edges: { readonly [file: string]: readonly string[] }, expected) => {
    expect(circlesIn(graph(edges))).toEqual(expected)
  })
})
