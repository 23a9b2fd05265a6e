/** A message that a dialog is about, which may vanish meanwhile. */
import type { MessageView } from '@sotto/engine/api'
import { useEffect, useState } from 'preact/hooks'
import type { MessageWindow } from '../state/message-window.ts'

/** Whether a message that vanishes is not among what is held any more: it ended, or will be read again where it is looked at. */
const hasGone = (window: MessageWindow | null, { id, lifetime }: MessageView): boolean =>
  lifetime !== null && window?.messages.some((each) => each.id === id) === false

/** The message of a dialog: null while there is none. A dialog about one that vanishes ends with it, and `onGone` is told. */
export function useMessage(window: MessageWindow | null, onGone: () => void): [MessageView | null, (message: MessageView | null) => void] {
  const [message, setMessage] = useState<MessageView | null>(null)
  const isGone = message !== null && hasGone(window, message)
  useEffect(() => {
    if (!isGone) return
    setMessage(null)
    onGone()
  }, [isGone])
  return [isGone ? null : message, setMessage]
}
