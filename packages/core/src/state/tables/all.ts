/** All tables, and which rows are deleted with a group, a membership or an epoch. */
import { type AnyTable, declaredTables } from '../table.ts'
// Each declares its tables when it is loaded.
import './cipher.ts'
import './contact-links.ts'
import './direct-chats.ts'
import './earlier.ts'
import './files.ts'
import './groups.ts'
import './links.ts'
import './message-changes.ts'
import './messages.ts'
import './pairwise.ts'
import './page-places.ts'
import './people.ts'
import './repair.ts'
import './reports.ts'
import './search.ts'
import './self.ts'
import './sender-keys.ts'
import './sessions.ts'
import './vanishing.ts'

/** Every table. Functions, because a group cipher of a test declares tables when it is loaded. */
export const allTables = declaredTables

const those = (isMeant: (table: AnyTable) => boolean): readonly AnyTable[] => allTables().filter(isMeant)

/** Every durable table: what `load` understands. */
export const durableTables = (): readonly AnyTable[] => those(({ codec }) => codec !== null)

/** Tables whose rows are deleted with a group that is forgotten. */
export const groupTables = (): readonly AnyTable[] => those(({ scope }) => scope === 'group' || scope === 'epoch')

/** Tables whose rows are deleted with the membership in a group. */
export const membershipTables = (): readonly AnyTable[] => groupTables().filter(({ outlasts }) => outlasts === undefined)

/** Tables whose rows are deleted with an epoch. */
export const epochTables = (): readonly AnyTable[] => those(({ scope }) => scope === 'epoch')

/** Tables whose rows are deleted with a device that shares no group with us and is forgotten. */
export const deviceTables = (): readonly AnyTable[] => those(({ scope }) => scope === 'device')
