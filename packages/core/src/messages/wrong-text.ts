/** Whether a text can be a message. */
import { LIMITS, showsSomething, utf8 } from '@sotto/wire'
import type { EngineReply } from '../contract/pages.ts'
import { no } from '../contract/replies.ts'

/** Why it cannot be sent; null: it can. */
export function wrongText(text: string): EngineReply | null {
  if (!showsSomething(text)) return no('textEmpty')
  const length = utf8(text).length
  return length > LIMITS.textBytes ? no('textTooLong', { length, limit: LIMITS.textBytes }) : null
}
