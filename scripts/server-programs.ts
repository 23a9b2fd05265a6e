/** Finds the servers that tests start, and installs them with apt where that is possible. A variable of the environment names another. */
import { canInstallWithApt, findProgram, installWithApt, isProgram } from './installed-programs.ts'

/** One is missing and cannot be installed. The message is for the person at the terminal. */
export class ProgramMissing extends Error {
  override readonly name = 'ProgramMissing'
}

interface ServerProgram {
  readonly name: string
  /** Names another; none: it is found on PATH. */
  readonly variable?: string
  /** Of Debian. */
  readonly package: string
  /** Debian's package may put it where ordinary users' PATH does not look. */
  readonly debian: string
  readonly wantedBy: string
}

/** Tests find it as this does (`relay-node/src/testing/nats-servers.ts`). */
const NATS: ServerProgram = {
  name: 'nats-server',
  variable: 'SOTTO_NATS_SERVER',
  package: 'nats-server',
  debian: '/usr/sbin/nats-server',
  wantedBy: 'The tests of the relay need a NATS server.',
}

/** Tests find it as this does (`test/fixtures/turn-server.ts`). */
const COTURN: ServerProgram = {
  name: 'turnserver',
  variable: 'SOTTO_TURN_SERVER',
  package: 'coturn',
  debian: '/usr/bin/turnserver',
  wantedBy: 'The tests of direct connections need a TURN server.',
}

/** Routers of tests translate addresses with it (`test/fixtures/nat-world.ts`). */
const NFTABLES: ServerProgram = {
  name: 'nft',
  package: 'nftables',
  debian: '/usr/sbin/nft',
  wantedBy: 'The story of browsers behind NATs needs nftables.',
}

/** Tests find it as this does (`relay-node/src/testing/find-haproxy.ts`). */
const HAPROXY: ServerProgram = {
  name: 'haproxy',
  variable: 'SOTTO_HAPROXY',
  package: 'haproxy',
  debian: '/usr/sbin/haproxy',
  wantedBy: 'A test of the relay behind a balancer needs HAProxy.',
}

export const findNatsServer = (): void => find([NATS])

/** All of them. Where HAProxy cannot be installed, the test that needs it says that it was not run. */
export function findServers(): void {
  find([NATS, COTURN])
  if (canInstallWithApt()) find([HAPROXY])
}

/** Those of the stories in browsers. Where nftables cannot be installed, the story that needs it says that it was not run. */
export function findServersOfStories(): void {
  find([COTURN])
  if (canInstallWithApt()) find([NFTABLES])
}

function find(programs: readonly ServerProgram[]): void {
  const missing = programs.filter(isMissing)
  if (missing.length === 0) return
  const advice = missing
    .map((each) => `${each.wantedBy} Please install ${each.package}${each.variable === undefined ? '' : `, or set ${each.variable}`}.`)
    .join('\n')
  if (!canInstallWithApt()) throw new ProgramMissing(advice)
  const failed = installWithApt(missing.map((each) => each.package))
  if (failed !== null) throw new ProgramMissing(`apt-get ${failed} failed (what it said is above).\n${advice}`)
}

function isMissing({ name, variable, debian }: ServerProgram): boolean {
  const named = variable === undefined ? '' : (process.env[variable] ?? '')
  if (named !== '' && !isProgram(named)) throw new ProgramMissing(`${variable} is ${named}, which is not a program that can be run.`)
  return named === '' && findProgram(name) === null && !isProgram(debian)
}
