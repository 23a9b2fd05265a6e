import { describe, expect, test } from 'vitest'
import { circlesIn, importGraph } from './import-graph.ts'
import { sourceFiles } from './source-files.ts'

test('no files import each other in a circle: each can be read alone', () => {
  const circles = circlesIn(importGraph(sourceFiles()))
  expect(circles.map((circle) => circle.join(' ↔ '))).toEqual([])
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
    ['an import of a file outside the graph', { a: ['elsewhere'] }, []],
  ])('finds %s', (_what, edges: { readonly [file: string]: readonly string[] }, expected) => {
    expect(circlesIn(graph(edges))).toEqual(expected)
  })
})
