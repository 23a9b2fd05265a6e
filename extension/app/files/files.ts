/** What draws and attaches files: see `later-files.ts`. */
export { attachFiles } from './attach-files.ts'
export { Attachments } from './attachments.tsx'
export { PassingOn } from './passing-on.tsx'
export { MessageFiles } from './message-files.tsx'
