import { heads } from '@sotto/membership'
import { LIMITS } from '@sotto/wire'
import { logOf } from '../groups/group-log.ts'
import type { Context } from '../state/context.ts'

/** Our heads of the log, as a key's context and a message carry them. */
export const frontierOf = (context: Context, group: string) => heads(logOf(context, group)).slice(0, LIMITS.operationParents)
