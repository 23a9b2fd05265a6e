/**
 * The difference between two JSON values and its application: how a view follows the engine without being sent whole.
 *
 * A patch is an ordered list of changes. Objects are compared field by field. Lists keep their common start and end, and
 * the middle is replaced (a chat's lists grow at the end, lose an item, or move one to the front).
 */

/** Steps from the root: field names and list indexes. */
export type ViewPath = readonly (string | number)[]

export type ViewChange =
  | { readonly kind: 'set'; readonly path: ViewPath; readonly value: unknown }
  | { readonly kind: 'remove'; readonly path: ViewPath }
  /** In the list at `path`, `items` replace `removed` items from index `at`. */
  | { readonly kind: 'splice'; readonly path: ViewPath; readonly at: number; readonly removed: number; readonly items: readonly unknown[] }

type Fields = { readonly [name: string]: unknown }
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

/** Whether two JSON values are equal. Identical references are not compared further. */
export function sameJson(before: unknown, after: unknown): boolean {
  if (before === after) return true
  if (Array.isArray(before)) {
    return Array.isArray(after) && before.length === after.length && before.every((item, place) => sameJson(item, after[place]))
  }
  if (!isFields(before) || !isFields(after)) return false
  const names = Object.keys(before)
  return names.length === Object.keys(after).length && names.every((name) => Object.hasOwn(after, name) && sameJson(before[name], after[name]))
}

/** The changes that turn `before` into `after`; empty if they are equal. Both are JSON values. */
export function diffView(before: unknown, after: unknown): readonly ViewChange[] {
  const changes: ViewChange[] = []
  collect([], before, after, changes)
  return changes
}

function collect(path: ViewPath, before: unknown, after: unknown, changes: ViewChange[]): void {
  if (before === after) return
  if (Array.isArray(before) && Array.isArray(after)) collectList(path, before, after, changes)
  else if (isFields(before) && isFields(after)) {
    for (const name of Object.keys(before)) {
      if (!Object.hasOwn(after, name)) changes.push({ kind: 'remove', path: [...path, name] })
    }
    for (const [name, value] of Object.entries(after)) {
      if (Object.hasOwn(before, name)) collect([...path, name], before[name], value, changes)
      else changes.push({ kind: 'set', path: [...path, name], value })
    }
  } else changes.push({ kind: 'set', path, value: after })
}

function collectList(path: ViewPath, before: readonly unknown[], after: readonly unknown[], changes: ViewChange[]): void {
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && sameJson(before[start], after[start])) start++
  let end = 0
  while (end < shorter - start && sameJson(before[before.length - 1 - end], after[after.length - 1 - end])) end++
  const removed = before.length - start - end
  const items = after.slice(start, after.length - end)
  if (removed === items.length) {
    items.forEach((item, place) => collect([...path, start + place], before[start + place], item, changes))
  } else changes.push({ kind: 'splice', path, at: start, removed, items })
}

/** `before` with the changes made, sharing what did not change. `undefined` if a change does not fit it. */
export function applyPatch(before: unknown, patch: readonly ViewChange[]): unknown {
  let value = before
  for (const change of patch) {
    value = applyAt(value, change.path, change)
    if (value === undefined) return undefined
  }
  return value
}

function applyAt(value: unknown, path: ViewPath, change: ViewChange): unknown {
  const [step, ...rest] = path
  if (step === undefined) return applyHere(value, change)
  if (typeof step === 'number') {
    if (!Array.isArray(value) || step >= value.length) return undefined
    const item = applyAt(value[step], rest, change)
    return item === undefined ? undefined : value.with(step, item)
  }
  if (!isFields(value)) return undefined
  if (rest.length > 0 || change.kind === 'splice') {
    const field = Object.hasOwn(value, step) ? applyAt(value[step], rest, change) : undefined
    return field === undefined ? undefined : { ...value, [step]: field }
  }
  const { [step]: _, ...others } = value
  return change.kind === 'set' ? { ...value, [step]: change.value } : others
}

function applyHere(value: unknown, change: ViewChange): unknown {
  switch (change.kind) {
    case 'set':
      return change.value
    case 'splice':
      return Array.isArray(value) && change.at + change.removed <= value.length ? value.toSpliced(change.at, change.removed, ...change.items) : undefined
    case 'remove':
      return undefined
  }
}

/** Whether a value is a patch. Whether its changes fit shows only when it is applied. */
export function isViewPatch(value: unknown): value is readonly ViewChange[] {
  return Array.isArray(value) && value.every(isViewChange)
}

function isViewChange(value: unknown): value is ViewChange {
  if (!isFields(value) || !Array.isArray(value['path'])) return false
  if (!value['path'].every((step) => typeof step === 'string' || isCount(step))) return false
  switch (value['kind']) {
    case 'set':
      return Object.hasOwn(value, 'value')
    case 'remove':
      return value['path'].length > 0
    case 'splice':
      return isCount(value['at']) && isCount(value['removed']) && Array.isArray(value['items'])
    default:
      return false
  }
}
