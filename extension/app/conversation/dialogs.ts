/** The dialogs of a conversation, and what is there once one is out of it. Pages load this file once they have nothing else to do. */
export { DeleteDialog } from './delete-dialog.tsx'
export { ForwardDialog } from './forward-dialog.tsx'
export { LifetimeDialog } from './lifetime-dialog.tsx'
export { MessageDetailsDialog } from './message-details.tsx'
export { ReportDialog } from './report-dialog.tsx'
export { GoneBar } from './gone-bar.tsx'
