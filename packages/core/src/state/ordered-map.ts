/**
 * The machine's state: an immutable map from texts to values, in the order of its keys.
 *
 * A persistent AVL tree (Adelson-Velsky and Landis, 1962): a change copies the path to the root, O(log n), and shares
 * the rest. Keeping the state before a step therefore costs nothing.
 */
interface Node {
  readonly key: string
  readonly value: unknown
  readonly left: Node | null
  readonly right: Node | null
  readonly height: number
  readonly size: number
}

/** Opaque: use the functions of this file. */
export type OrderedMap = Node | null

export const EMPTY_MAP: OrderedMap = null

export const mapSize = (map: OrderedMap): number => map?.size ?? 0

const heightOf = (node: OrderedMap): number => node?.height ?? 0

const nodeOf = (key: string, value: unknown, left: OrderedMap, right: OrderedMap): Node => ({
  key,
  value,
  left,
  right,
  height: Math.max(heightOf(left), heightOf(right)) + 1,
  size: mapSize(left) + mapSize(right) + 1,
})

function balanced(key: string, value: unknown, left: OrderedMap, right: OrderedMap): Node {
  const lean = heightOf(left) - heightOf(right)
  if (lean > 1 && left !== null) {
    if (heightOf(left.left) >= heightOf(left.right) || left.right === null) {
      return nodeOf(left.key, left.value, left.left, nodeOf(key, value, left.right, right))
    }
    const middle = left.right
    return nodeOf(middle.key, middle.value, nodeOf(left.key, left.value, left.left, middle.left), nodeOf(key, value, middle.right, right))
  }
  if (lean < -1 && right !== null) {
    if (heightOf(right.right) >= heightOf(right.left) || right.left === null) {
      return nodeOf(right.key, right.value, nodeOf(key, value, left, right.left), right.right)
    }
    const middle = right.left
    return nodeOf(middle.key, middle.value, nodeOf(key, value, left, middle.left), nodeOf(right.key, right.value, middle.right, right.right))
  }
  return nodeOf(key, value, left, right)
}

/** The value of a key, or `undefined`. */
export function mapGet(map: OrderedMap, key: string): unknown {
  let node = map
  while (node !== null) {
    if (key === node.key) return node.value
    node = key < node.key ? node.left : node.right
  }
  return undefined
}

/** The map with `key` set to `value`. */
export function mapSet(map: OrderedMap, key: string, value: unknown): OrderedMap {
  if (map === null) return nodeOf(key, value, null, null)
  if (key === map.key) return nodeOf(key, value, map.left, map.right)
  return key < map.key
    ? balanced(map.key, map.value, mapSet(map.left, key, value), map.right)
    : balanced(map.key, map.value, map.left, mapSet(map.right, key, value))
}

/** The map without `key`. */
export function mapDelete(map: OrderedMap, key: string): OrderedMap {
  if (map === null) return null
  if (key < map.key) return balanced(map.key, map.value, mapDelete(map.left, key), map.right)
  if (key > map.key) return balanced(map.key, map.value, map.left, mapDelete(map.right, key))
  if (map.left === null) return map.right
  if (map.right === null) return map.left
  let successor = map.right
  while (successor.left !== null) successor = successor.left
  return balanced(successor.key, successor.value, map.left, mapDelete(map.right, successor.key))
}

/**
 * Visits the entries whose key begins with `prefix`, ascending, until `visit` returns false. Returns whether it never did.
 * Plain recursion: the machine scans many times a step, and a generator costs more than it saves.
 */
export function mapScan(map: OrderedMap, prefix: string, visit: (key: string, value: unknown) => boolean): boolean {
  let node = map
  // Down to the first subtree whose root may match: no key beside this path begins with the prefix.
  while (node !== null && !node.key.startsWith(prefix)) node = node.key < prefix ? node.right : node.left
  if (node === null) return true
  return mapScan(node.left, prefix, visit) && visit(node.key, node.value) && mapScan(node.right, prefix, visit)
}
