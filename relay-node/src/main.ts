/** `npm run relay`: a relay until it is told to stop. */
import { USAGE, isRevealingDebug, readArguments } from './arguments.ts'
import { greeting } from './greeting.ts'
import { logToStandardError } from './log.ts'
import { startRelay } from './relay.ts'
import { isStreamRace } from './stream-races.ts'

const given = readArguments(process.argv.slice(2))
if (typeof given === 'string') {
  process.stderr.write(`${given}\n${USAGE}\n`)
  process.exit(2)
}
if (isRevealingDebug(process.env.DEBUG)) {
  process.stderr.write('DEBUG would print who connects to this relay. Unset it and start again.\n')
  process.exit(1)
}
// Whatever the folder's own mode is, its files are for this account only.
process.umask(0o077)
// Heard from the start, so that a relay that is told to stop while it starts ends as cleanly.
const toldToStop = new Promise<void>((resolve) => {
  process.once('SIGTERM', resolve)
  process.once('SIGINT', resolve)
})

process.on('uncaughtException', (fault) => {
  if (isStreamRace(fault)) return
  process.stderr.write(`${fault.stack ?? fault.message}\n`)
  process.exit(1)
})

const { mostBytes, json, ...options } = given
try {
  const relay = await startRelay({
    ...options,
    ...(mostBytes === undefined ? {} : { mostBytes }),
    log: logToStandardError,
    onFailed: () => process.exit(1),
  })
  const { addresses, peerId, http } = relay
  const isJson = json || !process.stdout.isTTY
  process.stdout.write(isJson ? `${JSON.stringify({ event: 'listening', addresses, peerId, http })}\n` : greeting(relay))
  await toldToStop
  await relay.stop()
  process.exit(0)
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException
  const reason = code === 'EADDRINUSE' ? 'A port is taken: choose others with --port and --http-port.' : message
  process.stderr.write(`The relay could not start. ${reason}\n`)
  process.exit(1)
}
