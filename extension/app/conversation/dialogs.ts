/** The dialogs of a conversation. Pages load this file once they have nothing else to do. */
export { DeleteDialog } from './delete-dialog.tsx'
export { ForwardDialog } from './forward-dialog.tsx'
export { MessageDetailsDialog } from './message-details.tsx'
export { ReportDialog } from './report-dialog.tsx'
