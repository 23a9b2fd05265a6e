/** `npm run relay`: a relay until it is told to stop; `backup`, `check` and `admit` for its folder. */
import { readFileSync } from 'node:fs'
import { blobBytesOf } from '@sotto/mailbox'
import { type RelayArguments, type TurnArguments, USAGE, asksForHelp, isRevealingDebug, readArguments } from './arguments.ts'
import { makeInvite } from './admit.ts'
import { backUp } from './backup.ts'
import { checkFolder } from './check.ts'
import { greeting, invited } from './greeting.ts'
import { logToStandardError } from './log.ts'
import { type Relay, startRelay, type TlsFiles } from './relay.ts'
import { startFault } from './start-faults.ts'
import { isStreamRace } from './stream-races.ts'
import type { TurnServers } from './turn.ts'

/** Everything acknowledged is on the disk, so nothing that still waits may delay a relay that was told to stop, not even its start. A guess. */
const STOP_MS = 4_000

const words = process.argv.slice(2)
if (asksForHelp(words)) {
  process.stdout.write(`${USAGE}\n`)
  process.exit(0)
}
const given = readArguments(words, process.env)
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

switch (given.command) {
  case 'backup':
    await orSay('The copy could not be made.', given.to, async () => {
      await backUp(given.data, given.to)
      process.stdout.write(`A relay can start from ${given.to}. With that folder one can be this relay, and read what it can read: nothing that is sealed.\n`)
    })
    break
  case 'check':
    await orSay('The folder could not be looked at.', given.data, async () => {
      const { faults, ...figures } = await checkFolder(given.data)
      if (given.json) process.stdout.write(`${JSON.stringify({ faults, ...figures })}\n`)
      else process.stdout.write(faults.length === 0 ? `Whole: ${figures.records} records in ${figures.mailboxes} mailboxes.\n` : `${faults.join('\n')}\n`)
      process.exitCode = faults.length === 0 ? 0 : 1
    })
    break
  case 'admit':
    await orSay('No invite could be made.', given.data, async () => {
      const invite = await makeInvite(given, Date.now())
      process.stdout.write(given.json ? `${JSON.stringify(invite)}\n` : invited(invite, given.devices))
    })
    break
  case 'run':
    await run(given)
}

async function orSay(what: string, folder: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    process.stderr.write(`${what} ${startFault(error, folder)}\n`)
    process.exitCode = 1
  }
}

type TlsPaths = NonNullable<RelayArguments['tls']>

function readTls({ cert, key }: TlsPaths): TlsFiles {
  return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') }
}

/** A certificate that cannot be used changes nothing: the old one goes on. */
function renewCertificate(relay: Relay, paths: TlsPaths): void {
  try {
    relay.setTls(readTls(paths))
    logToStandardError('certificateRead')
  } catch {
    logToStandardError('certificateRefused')
  }
}

/** The file's text without the end of its line. */
function readTurn({ urls, secret }: TurnArguments): TurnServers {
  const text = 'text' in secret ? secret.text : readFileSync(secret.file, 'utf8').trim()
  if (text === '') throw Object.assign(new Error('the secret for TURN is empty'), { code: 'TURN_SECRET' })
  return { urls, secret: text }
}

async function run({ mostBytes, keepMs, fileBytes, json, tls, turn, ...options }: RelayArguments): Promise<void> {
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

  try {
    const relay = await startRelay({
      ...options,
      tls: tls === null ? null : readTls(tls),
      turn: turn === null ? null : readTurn(turn),
      ...(mostBytes === undefined ? {} : { mostBytes }),
      mailboxLimits: {
        ...(keepMs === undefined ? {} : { retentionMs: keepMs }),
        ...(fileBytes === undefined ? {} : { blobMailboxBytes: blobBytesOf(fileBytes) }),
      },
      log: logToStandardError,
      onFailed: () => process.exit(1),
    })
    // Without a certificate there is nothing to read again; only a terminal that closes ends the relay.
    if (tls !== null) process.on('SIGHUP', () => renewCertificate(relay, tls))
    else if (!process.stdout.isTTY) process.on('SIGHUP', () => {})
    const { addresses, peerId, http } = relay
    const isJson = json || !process.stdout.isTTY
    process.stdout.write(isJson ? `${JSON.stringify({ event: 'listening', addresses, peerId, http })}\n` : greeting(relay, options.inviteOnly === null))
    await toldToStop
    await relay.stop()
    process.exit(0)
  } catch (error) {
    process.stderr.write(`The relay could not start. ${startFault(error, options.data)}\n`)
    process.exit(1)
  }
}
