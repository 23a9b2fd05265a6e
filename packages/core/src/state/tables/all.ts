/** All tables, and which rows go with a group, a membership or an epoch. */
import { type AnyTable, declaredTables } from '../table.ts'
// Each declares its tables when it is loaded.
import './groups.ts'
import './links.ts'
import './messages.ts'
import './self.ts'
import './sender-keys.ts'
import './sessions.ts'

/** Every table. */
export const ALL_TABLES: readonly AnyTable[] = declaredTables()

/** Every durable table: what `load` understands. */
export const DURABLE_TABLES = ALL_TABLES.filter(({ codec }) => codec !== null)

/** Whose rows go with a group that is forgotten. */
export const GROUP_TABLES = ALL_TABLES.filter(({ scope }) => scope === 'group' || scope === 'epoch')

/** Whose rows go with the membership in a group. */
export const MEMBERSHIP_TABLES = GROUP_TABLES.filter(({ outlasts }) => outlasts === undefined)

/** Whose rows go with an epoch. */
export const EPOCH_TABLES = ALL_TABLES.filter(({ scope }) => scope === 'epoch')
