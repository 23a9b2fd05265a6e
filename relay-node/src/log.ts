/**
 * The relay's log: one JSON object a line, on standard error, under fixed event names. Never a peer id, a client's
 * address, a mailbox or a cursor: the type takes numbers only.
 */
export type LogEvent =
  'started' | 'counts' | 'stopping' | 'stopped' | 'storeFailed' | 'storeAway' | 'storeBack' | 'clockJumped' | 'certificateRead' | 'certificateRefused'

export type Log = (event: LogEvent, numbers?: Readonly<Record<string, number>>) => void

export const logToStandardError: Log = (event, numbers = {}) => {
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), event, ...numbers })}\n`)
}
