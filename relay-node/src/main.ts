/** `npm run relay`: a relay until it is told to stop. */
import { USAGE, asksForHelp, isRevealingDebug, readArguments } from './arguments.ts'
import { greeting } from './greeting.ts'
import { logToStandardError } from './log.ts'
import { startRelay } from './relay.ts'
import { startFault } from './start-faults.ts'
import { isStreamRace } from './stream-races.ts'

/** Everything acknowledged is on the disk, so nothing that still waits may delay a relay that was told to stop, not even its start. A guess. */
const STOP_MS = 4_000

const words = process.argv.slice(2)
if (asksForHelp(words)) {
  process.stdout.write(`${USAGE}\n`)
  process.exit(0)
}
const given = readArguments(words)
if (typeof given === 'string') {
  process.stderr.write(`${given}\n${USAGE}\n`)
  process.exit(2)
}
if (isRevealingDebug(process.env.DEBUG)) {
  process.stderr.write('DEBUG would print who connects to this relay. Unset it and start again.\n')
  process.exit(1)
}
// Whatever the folder's own mode, its files are for this account only.
process.umask(0o077)
// Registered first, so that a relay that is told to stop while it starts ends as cleanly.
const toldToStop = new Promise<void>((resolve) => {
  process.once('SIGTERM', resolve)
  process.once('SIGINT', resolve)
})

void toldToStop.then(() => setTimeout(() => process.exit(0), STOP_MS))

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
  process.stderr.write(`The relay could not start. ${startFault(error, given.data)}\n`)
  process.exit(1)
}
