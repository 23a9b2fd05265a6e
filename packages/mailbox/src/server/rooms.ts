/**
 * Who is told when a full mailbox has room again (PROTOCOL §8.57): each handle on which an append was refused for that, once. In memory
 * only, and one entry for each handle: a relay that starts again, or a handle that was closed, is not told.
 */
import { type MailboxId, toBase64url } from '@sotto/wire'
import type { Handle } from './connections.ts'
import type { Desk } from './desk.ts'

export interface Rooms {
  /** An append was refused on this handle, since its mailbox or send capability is full. `roomMs`: when a record expires; infinite: not known. */
  readonly wait: (handle: Handle, roomMs: number) => void
  /** Records of a mailbox were deleted: those that wait for it are told. */
  readonly freed: (mailbox: MailboxId) => void
  /** Tells those for which room came by expiry. */
  readonly pass: (nowMs: number) => void
  readonly forget: (handle: Handle) => void
}

export function createRooms(desk: Desk): Rooms {
  /** By the mailbox's name: when each handle is told at the latest. */
  const waiting = new Map<string, Map<Handle, number>>()
  /** None is due before. */
  let nextMs = Infinity

  const tell = (handle: Handle): void => {
    desk.count('roomAgain')
    desk.say(handle.connection, { kind: 'roomAgain', handle: handle.number })
  }
  const forget = (handle: Handle): void => {
    const handles = waiting.get(handle.name)
    handles?.delete(handle)
    if (handles?.size === 0) waiting.delete(handle.name)
  }

  return {
    wait: (handle, roomMs) => {
      const handles = waiting.get(handle.name) ?? new Map<Handle, number>()
      waiting.set(handle.name, handles)
      // Its place in the order of those that wait is that of its first refusal.
      handles.set(handle, Math.min(roomMs, handles.get(handle) ?? Infinity))
      nextMs = Math.min(nextMs, roomMs)
    },
    freed: (mailbox) => {
      const name = toBase64url(mailbox)
      const handles = waiting.get(name)
      if (handles === undefined) return
      waiting.delete(name)
      for (const handle of handles.keys()) tell(handle)
    },
    pass: (nowMs) => {
      if (nowMs < nextMs) return
      nextMs = Infinity
      for (const handles of waiting.values())
        for (const [handle, roomMs] of handles) {
          if (roomMs > nowMs) {
            nextMs = Math.min(nextMs, roomMs)
            continue
          }
          forget(handle)
          tell(handle)
        }
    },
    forget,
  }
}
