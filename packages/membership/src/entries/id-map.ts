/**
 * An immutable map from 32-byte ids to values, in the order of the ids: a trie over half bytes.
 *
 * A change copies the path to the entry and shares the rest, so that the state after each operation can be kept. Ids
 * are hashes and keys, so paths are short. An attacker that grinds similar ids makes them at most 64 steps long.
 */
import { equalBytes } from '@sotto/wire'

interface Leaf<V> {
  readonly id: Uint8Array
  readonly value: V
}

interface Branch<V> {
  readonly children: readonly (Node<V> | undefined)[]
}

type Node<V> = Leaf<V> | Branch<V>

/** Opaque: use the functions of this file. `undefined` is the empty map. */
export type IdMap<V> = Node<V> | undefined

const halfByte = (id: Uint8Array, step: number): number => ((id[step >> 1] ?? 0) >> ((step & 1) === 0 ? 4 : 0)) & 15

/** The value of an id, or `undefined`. */
export function idGet<V>(map: IdMap<V>, id: Uint8Array): V | undefined {
  let node: Node<V> | undefined = map
  for (let step = 0; node !== undefined && 'children' in node; step++) node = node.children[halfByte(id, step)]
  return node !== undefined && !('children' in node) && equalBytes(node.id, id) ? node.value : undefined
}

/** The map with the value of `id` set. */
export function idSet<V>(map: IdMap<V>, id: Uint8Array, value: V): IdMap<V> {
  return setBelow(map, { id, value }, 0)
}

function setBelow<V>(node: IdMap<V>, leaf: Leaf<V>, step: number): Node<V> {
  if (node === undefined) return leaf
  if ('children' in node) {
    const place = halfByte(leaf.id, step)
    return { children: node.children.with(place, setBelow(node.children[place], leaf, step + 1)) }
  }
  if (equalBytes(node.id, leaf.id)) return leaf
  const children = Array.from<Node<V> | undefined>({ length: 16 })
  children[halfByte(node.id, step)] = node
  return setBelow({ children }, leaf, step)
}

/** The map without `id`. */
export function idDelete<V>(map: IdMap<V>, id: Uint8Array): IdMap<V> {
  return idGet(map, id) === undefined ? map : deleteBelow(map, id, 0)
}

function deleteBelow<V>(node: IdMap<V>, id: Uint8Array, step: number): IdMap<V> {
  if (node === undefined || !('children' in node)) return undefined
  const place = halfByte(id, step)
  const children = node.children.with(place, deleteBelow(node.children[place], id, step + 1))
  return children.every((child) => child === undefined) ? undefined : { children }
}

/** The values, in ascending order of their ids. */
export function* idValues<V>(map: IdMap<V>): Generator<V> {
  if (map === undefined) return
  if ('children' in map) for (const child of map.children) yield* idValues(child)
  else yield map.value
}
