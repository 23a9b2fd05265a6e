/** What the menu of a message offers. */
import type { GroupView, MessageView } from '@sotto/engine/api'
import type { MenuItem } from '../parts/menu.tsx'
import { strings } from '../strings/index.ts'

interface MenuActs {
  /** Whether the person may write in the conversation. */
  readonly mayEdit: boolean
  readonly onEdit: (message: string) => void
  readonly onCopy: (text: string) => void
  readonly onForward: (message: MessageView) => void
  readonly onDetails: (message: MessageView) => void
  /** null: there is nobody to report it to. */
  readonly onReport: ((message: MessageView) => void) | null
  readonly onDelete: (message: MessageView) => void
}

/** Whether there is a text or a file in it. */
export const isForwardable = ({ body }: MessageView): boolean => body.kind === 'text' && (body.text !== '' || body.files.length > 0)

/** Whether the person may still edit a message. */
export const isEditable = ({ editableUntilMs, body, state }: MessageView, nowMs: number): boolean =>
  body.kind === 'text' && editableUntilMs !== null && nowMs < editableUntilMs && state !== 'notSentRemoved' && state !== 'notSentLeft'

/** Whether there is an admin who is neither its author nor oneself. */
export const mayReport = ({ state, members }: GroupView, { own, body, account }: MessageView): boolean =>
  state === 'member' && !own && body.kind === 'text' && members.some((each) => each.role === 'admin' && !each.own && each.account !== account)

export function messageMenu(message: MessageView, { mayEdit, onEdit, onCopy, onForward, onDetails, onReport, onDelete }: MenuActs): readonly MenuItem[] {
  const { body } = message
  return [
    ...(mayEdit && isEditable(message, Date.now()) ? [{ name: strings.edit, icon: 'edit', act: () => onEdit(message.id) } as const] : []),
    ...(body.kind === 'text' && body.text !== '' ? [{ name: strings.copyText, icon: 'copy', act: () => onCopy(body.text) } as const] : []),
    ...(isForwardable(message) ? [{ name: strings.forward, icon: 'forward', act: () => onForward(message) } as const] : []),
    { name: strings.details, icon: 'info', act: () => onDetails(message) },
    ...(onReport === null ? [] : [{ name: strings.report, icon: 'warning', act: () => onReport(message) } as const]),
    { name: strings.delete, icon: 'trash', begins: true, act: () => onDelete(message) },
  ]
}
