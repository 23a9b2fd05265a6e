/** Finds the NATS server that tests start, and installs it with apt where that is possible. SOTTO_NATS_SERVER names another. */
import { canInstallWithApt, findProgram, installWithApt, isProgram } from './installed-programs.ts'

/** It is missing and cannot be installed. The message is for the person at the terminal. */
export class NatsMissing extends Error {
  override readonly name = 'NatsMissing'
}

/** Debian's package puts it where ordinary users' PATH does not look. */
const DEBIAN = '/usr/sbin/nats-server'

/** Tests find it as this does (`relay-node/src/testing/nats-servers.ts`). */
export function findNatsServer(): void {
  const named = process.env['SOTTO_NATS_SERVER'] ?? ''
  if (named !== '' && !isProgram(named)) throw new NatsMissing(`SOTTO_NATS_SERVER is ${named}, which is not a program that can be run.`)
  if (named !== '' || findProgram('nats-server') !== null || isProgram(DEBIAN)) return
  const advice = 'Please install nats-server, or set SOTTO_NATS_SERVER.'
  if (!canInstallWithApt()) throw new NatsMissing(`The tests of the relay need a NATS server. ${advice}`)
  const failed = installWithApt(['nats-server'])
  if (failed !== null) throw new NatsMissing(`apt-get ${failed} failed (what it said is above). ${advice}`)
}
