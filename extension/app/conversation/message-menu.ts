/** What the menu of a message offers. */
import type { MessageView } from '@sotto/engine/api'
import type { MenuItem } from '../parts/menu.tsx'
import { strings } from '../strings/index.ts'

interface MenuActs {
  /** Whether the person may write in the conversation. */
  readonly mayEdit: boolean
  readonly onEdit: (message: string) => void
  readonly onCopy: (text: string) => void
  readonly onForward: (text: string) => void
  readonly onDetails: (message: MessageView) => void
  readonly onDelete: (message: MessageView) => void
}

/** Whether the person may still edit a message. */
export const isEditable = ({ editableUntilMs, body, state }: MessageView, nowMs: number): boolean =>
  body.kind === 'text' && editableUntilMs !== null && nowMs < editableUntilMs && state !== 'notSentRemoved' && state !== 'notSentLeft'

export function messageMenu(message: MessageView, { mayEdit, onEdit, onCopy, onForward, onDetails, onDelete }: MenuActs): readonly MenuItem[] {
  const { body } = message
  return [
    ...(mayEdit && isEditable(message, Date.now()) ? [{ name: strings.edit, icon: 'edit', act: () => onEdit(message.id) } as const] : []),
    ...(body.kind === 'text' ? [{ name: strings.copyText, icon: 'copy', act: () => onCopy(body.text) } as const] : []),
    ...(body.kind === 'text' ? [{ name: strings.forward, icon: 'forward', act: () => onForward(body.text) } as const] : []),
    { name: strings.details, icon: 'info', act: () => onDetails(message) },
    { name: strings.delete, icon: 'trash', begins: true, act: () => onDelete(message) },
  ]
}
