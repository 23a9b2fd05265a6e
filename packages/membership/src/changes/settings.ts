/** *Settings* (PROTOCOL §5.8): what holds where operations set one thing at the same time. */
import { compareBytes } from '@sotto/wire'
import type { Entry, RoleGiven, Setting } from '../entries/entry.ts'
import { isBefore } from '../entries/order.ts'

/** Of two settings the one of greater depth holds, then the one with the smaller id. */
export function laterSetting<T>(a: Setting<T> | null, b: Setting<T>): Setting<T> {
  return a === null || isLater(b.by, a.by) ? b : a
}

/** Greater depth, then smaller id. Whatever has the other in its past is later. */
export const isLater = (a: Entry, b: Entry): boolean => a.depth > b.depth || (a.depth === b.depth && compareBytes(a.id, b.id) < 0)

/** Roles that no later one replaces. Several are left only where they were given at the same time: the lower wins. */
export function withRole(roles: readonly RoleGiven[], given: RoleGiven): readonly RoleGiven[] {
  if (roles.some(({ by }) => isBefore(given.by, by))) return roles
  return [...roles.filter(({ by }) => !isBefore(by, given.by)), given]
}
