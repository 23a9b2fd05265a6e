/** What a relay is told when it starts: by its command line, its environment and a file. The first of these that says something counts. */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { LIMITS, hostOfTurnUrl } from '@sotto/wire'
import type { NatsStore } from './relay.ts'

export interface RelayArguments {
  readonly command: 'run'
  readonly data: string
  readonly host: string
  readonly port: number
  readonly httpHost: string
  readonly httpPort: number
  /** null: no STUN server. */
  readonly stunPort: number | null
  readonly stunHost: string
  readonly turn: TurnArguments | null
  readonly announce: readonly string[]
  readonly mostBytes: number | undefined
  /** For how long letters are kept. */
  readonly keepMs: number | undefined
  /** The largest file that is kept; 0: none is. */
  readonly fileBytes: number | undefined
  /** Whom it serves: everybody (null), or those who show a token that is not among these. */
  readonly inviteOnly: { readonly revoked: readonly number[] } | null
  /** Where the mailboxes are instead of in the folder. */
  readonly nats: NatsStore | null
  /** Files in PEM; null: no TLS, or a proxy has it. */
  readonly tls: { readonly cert: string; readonly key: string } | null
  readonly trustProxy: readonly string[]
  /** Whether these begin each connection with the PROXY protocol. */
  readonly proxyProtocol: boolean
  readonly json: boolean
}

export interface TurnArguments {
  readonly urls: readonly string[]
  /** The secret itself, or the file that has it. */
  readonly secret: { readonly text: string } | { readonly file: string }
}

export type Command =
  | RelayArguments
  | { readonly command: 'backup'; readonly data: string; readonly to: string }
  | { readonly command: 'check'; readonly data: string; readonly json: boolean }
  | {
      readonly command: 'admit'
      readonly data: string
      /** Multiaddrs by which the relay is reached, without its peer id. */
      readonly addresses: readonly string[]
      readonly devices: number
      readonly days: number
      readonly json: boolean
    }

interface Option {
  /** What stands for its value in the help; null: it has none. */
  readonly value: string | null
  readonly about: string
  readonly isList?: true
}

/** Has the secret of TURN itself: a command line is seen by everybody on the machine. */
const TURN_SECRET = 'SOTTO_RELAY_TURN_SECRET'

const OPTIONS = {
  data: { value: 'DIR', about: "folder of the relay's key and mailboxes (default: relay-data)" },
  host: { value: 'ADDRESS', about: 'IP address to listen on (default: 127.0.0.1)' },
  port: { value: 'N', about: 'WebSocket port, 0 for any (default: 4001)' },
  'http-host': { value: 'ADDRESS', about: 'IP address of the page, health and metrics (default: 127.0.0.1)' },
  'http-port': { value: 'N', about: 'their port, 0 for any (default: 4002)' },
  'stun-host': { value: 'ADDRESS', about: 'IP address where browsers ask for their own by UDP (default: as --host)' },
  'stun-port': { value: 'N', about: 'its port, 0 for any, “none” for no such server (default: as --port)' },
  'turn-url': { value: 'URL', about: 'a TURN server of yours for devices without another way, such as turn:turn.example:3478; may be repeated', isList: true },
  'turn-secret-file': { value: 'FILE', about: `the secret that it shares with this relay; or in ${TURN_SECRET}` },
  announce: { value: 'ADDR', about: 'multiaddr to be reached by instead, such as /dns4/relay.example/tcp/443/tls/ws; may be repeated', isList: true },
  'disk-mib': { value: 'N', about: "largest size of the mailboxes' file, in MiB (default: 4096)" },
  'file-mib': { value: 'N', about: 'largest file that is kept for members who are away, in MiB, 0 for none; for 14 days (default: 64)' },
  'keep-days': { value: 'N', about: "for how many days letters and prekeys are kept, 1 to 30 (default: 30; strangers' 7)" },
  'invite-only': { value: null, about: 'serve only those who have an invite that “admit” makes' },
  revoke: { value: 'NUMBER', about: 'with --invite-only: an invite that admits nobody any more, nor those who came by it; may be repeated', isList: true },
  devices: { value: 'N', about: 'with admit: how many devices may be connected at once by the invite (default: 50)' },
  days: { value: 'N', about: 'with admit: for how many days devices come in by it; those that did go on (default: 90)' },
  store: {
    value: 'nats://HOST:PORT',
    about: 'keep the mailboxes in NATS JetStream, shared with other relays of the same key; more servers after commas; tls:// for TLS',
    isList: true,
  },
  'store-credentials': { value: 'FILE', about: "for NATS: a .creds file, an nkey's seed, or user:password" },
  'store-ca': { value: 'FILE', about: "for NATS: authority of the servers' certificates in PEM, if it is no public one" },
  'store-replicas': { value: 'N', about: 'for NATS: copies of each message where the first relay makes the streams, 1 to 5 (default: 3)' },
  'tls-cert': { value: 'FILE', about: 'certificate chain in PEM: clients connect with TLS; read again at SIGHUP' },
  'tls-key': { value: 'FILE', about: 'its key in PEM' },
  'trust-proxy': { value: 'ADDRESS', about: 'a reverse proxy whose X-Forwarded-For says where clients are; may be repeated', isList: true },
  'proxy-protocol': { value: null, about: 'connections from these proxies begin with the PROXY protocol: a balancer that passes TLS on as it is' },
  config: { value: 'FILE', about: 'JSON with these options by name, for what is said nowhere else' },
  to: { value: 'DIR', about: 'with backup: the new folder' },
  help: { value: null, about: 'say this and nothing else' },
  json: { value: null, about: 'one JSON line on standard output instead of text (always so without a terminal)' },
} as const satisfies Readonly<Record<string, Option>>
type Name = keyof typeof OPTIONS
const NAMES = Object.keys(OPTIONS) as readonly Name[]
const optionOf = (name: Name): Option => OPTIONS[name]

/** The variable of the environment that says the same. */
const variableOf = (name: string): string => `SOTTO_RELAY_${name.toUpperCase().replaceAll('-', '_')}`

const helpOf = (name: Name): string => `  ${`--${name}${optionOf(name).value === null ? '' : ` ${optionOf(name).value}`}`.padEnd(22)}${optionOf(name).about}`

export const USAGE = `npm run relay -- [options]                        runs a relay
npm run relay -- backup --data DIR --to DIR       copies its folder, also while it runs
npm run relay -- check --data DIR                 looks whether its folder is whole, and changes nothing
npm run relay -- admit --data DIR [options]       makes an invite to it, for --invite-only; the other options as the relay has them
${NAMES.map(helpOf).join('\n')}
Each option may come from the environment too (--disk-mib as ${variableOf('disk-mib')}; lists are parted by commas).`

const PORTS = 65_536
const MIB = 1024 * 1024
const DAY_MS = 86_400_000

const readNumber = (text: string, below: number): number | undefined => {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : below
  return number < below ? number : undefined
}

/** Whether help is requested, whatever else the command line says. */
export const asksForHelp = (words: readonly string[]): boolean => words.includes('--help') || words.includes('-h')

/** What was said of each option. A list has all that one source says. */
type Said = Partial<Record<Name, readonly string[]>>

/** The command, or a sentence that says what is wrong. */
export function readArguments(words: readonly string[], environment: NodeJS.ProcessEnv = {}): Command | string {
  const line = fromCommandLine(words)
  if (typeof line === 'string') return line
  const surroundings = fromEnvironment(environment)
  const configPath = (line.said.config ?? surroundings.config)?.at(-1)
  const file = configPath === undefined ? {} : fromFile(configPath)
  if (typeof file === 'string') return file
  const said: Said = { ...file, ...surroundings, ...line.said }
  const one = (name: Name, otherwise = ''): string => said[name]?.at(-1) ?? otherwise

  const data = one('data', 'relay-data')
  const json = ['true', '1'].includes(one('json'))
  if (line.command === 'check') return { command: 'check', data, json }
  if (line.command === 'backup') return one('to') === '' ? 'Say where the copy goes with --to.' : { command: 'backup', data, to: one('to') }
  if (line.command === 'admit') return readAdmit(said, data, json)
  if (line.command !== 'run') return `There is no command “${line.command}”.`

  const port = readNumber(one('port', '4001'), PORTS)
  const httpPort = readNumber(one('http-port', '4002'), PORTS)
  const stunPort = one('stun-port') === 'none' ? null : readNumber(one('stun-port', one('port', '4001')), PORTS)
  if (port === undefined || httpPort === undefined || stunPort === undefined) return 'A port is a number from 0 to 65535.'
  const diskMib = said['disk-mib'] === undefined ? undefined : readNumber(one('disk-mib'), 2 ** 24)
  if (said['disk-mib'] !== undefined && (diskMib ?? 0) === 0) return 'The size of the disk is a number of MiB.'
  const fileMib = said['file-mib'] === undefined ? undefined : readNumber(one('file-mib'), LIMITS.fileBytes / MIB + 1)
  if (said['file-mib'] !== undefined && fileMib === undefined) return 'The largest file is a number of MiB up to 4096.'
  const keepDays = said['keep-days'] === undefined ? undefined : readNumber(one('keep-days'), LIMITS.retentionMs / DAY_MS + 1)
  if (said['keep-days'] !== undefined && (keepDays ?? 0) === 0) return 'Letters are kept for a number of days from 1 to 30.'
  const nats = readStore(said)
  if (typeof nats === 'string') return nats
  const turn = readTurn(said, environment[TURN_SECRET] ?? '')
  if (typeof turn === 'string') return turn
  const inviteOnly = readInviteOnly(said)
  if (typeof inviteOnly === 'string') return inviteOnly
  const [cert, key] = [one('tls-cert'), one('tls-key')]
  const proxyProtocol = isSaid(said['proxy-protocol'])
  if (proxyProtocol && said['trust-proxy'] === undefined) return 'The PROXY protocol is believed of those whom --trust-proxy names.'
  if ((cert === '') !== (key === '')) return 'TLS needs both --tls-cert and --tls-key.'
  return {
    command: 'run',
    data,
    host: one('host', '127.0.0.1'),
    port,
    httpHost: one('http-host', '127.0.0.1'),
    httpPort,
    stunPort,
    stunHost: one('stun-host', one('host', '127.0.0.1')),
    turn,
    announce: said.announce ?? [],
    mostBytes: diskMib === undefined ? undefined : diskMib * MIB,
    fileBytes: fileMib === undefined ? undefined : fileMib * MIB,
    keepMs: keepDays === undefined ? undefined : keepDays * DAY_MS,
    inviteOnly,
    nats,
    tls: cert === '' ? null : { cert, key },
    trustProxy: said['trust-proxy'] ?? [],
    proxyProtocol,
    json,
  }
}

/** null: it serves everybody. A sentence where something is wrong. */
function readInviteOnly(said: Said): RelayArguments['inviteOnly'] | string {
  const numbers = said.revoke ?? []
  if (numbers.some((number) => !/^[0-9a-f]{8}$/i.test(number))) return 'An invite is revoked by its number, eight digits and letters.'
  if (!isSaid(said['invite-only'])) return numbers.length > 0 ? '--revoke is for a relay with --invite-only.' : null
  return { revoked: numbers.map((number) => Number.parseInt(number, 16)) }
}

const isSaid = (values: readonly string[] | undefined): boolean => ['true', '1'].includes(values?.at(-1) ?? '')

/** A token counts devices in two bytes, and days from 1970 on. */
const MOST_DEVICES = 2 ** 16
const MOST_DAYS = 10 * 365

function readAdmit(said: Said, data: string, json: boolean): Command | string {
  const one = (name: Name, otherwise: string): string => said[name]?.at(-1) ?? otherwise
  const devices = readNumber(one('devices', '50'), MOST_DEVICES) ?? 0
  const days = readNumber(one('days', '90'), MOST_DAYS + 1) ?? 0
  if (devices === 0) return 'The number of devices is one from 1 to 65535.'
  if (days === 0) return `The number of days is one from 1 to ${MOST_DAYS}.`
  const [host, port] = [one('host', '127.0.0.1'), readNumber(one('port', '4001'), PORTS) ?? 0]
  const announced = said.announce ?? []
  if (announced.length === 0 && (port === 0 || ['0.0.0.0', '::'].includes(host)))
    return 'Say with --announce, or with --host and --port, how the relay is reached.'
  const isTls = one('tls-cert', '') !== ''
  const listened = `/${host.includes(':') ? 'ip6' : 'ip4'}/${host}/tcp/${port}${isTls ? '/tls' : ''}/ws`
  return { command: 'admit', data, addresses: announced.length > 0 ? announced : [listened], devices, days, json }
}

/** NATS has seven copies at most, and an even number of servers bears no more losses than one less. */
const MOST_REPLICAS = 5

/** null: the mailboxes are in the folder. A sentence where something is wrong. */
function readStore(said: Said): NatsStore | null | string {
  const servers = (said.store ?? []).flatMap((text) => text.split(',')).filter((text) => text !== '')
  const [credentials = null, authority = null] = [said['store-credentials']?.at(-1), said['store-ca']?.at(-1)]
  const replicas = Number(said['store-replicas']?.at(-1) ?? '3')
  if (servers.length === 0) return (credentials ?? authority ?? said['store-replicas']) ? 'Say where NATS is with --store.' : null
  for (const server of servers) {
    const url = URL.parse(server)
    if (url === null || !['nats:', 'tls:'].includes(url.protocol) || url.hostname === '') return '--store is nats://HOST:PORT or tls://HOST:PORT.'
    // A command line is seen by everybody on the machine, and kept in logs.
    if (url.username !== '' || url.password !== '') return 'Name and password for NATS belong into a file: --store-credentials.'
  }
  if (!Number.isInteger(replicas) || replicas < 1 || replicas > MOST_REPLICAS) return `Copies in NATS are a number from 1 to ${MOST_REPLICAS}.`
  return { servers, credentials, authority, replicas }
}

/** null: no TURN server. A sentence where something is wrong, without the secret. */
function readTurn(said: Said, text: string): TurnArguments | null | string {
  const urls = (said['turn-url'] ?? []).flatMap((each) => each.split(',')).filter((each) => each !== '')
  const file = said['turn-secret-file']?.at(-1) ?? ''
  if (urls.length === 0) return file === '' && text === '' ? null : 'Say where the TURN server is with --turn-url.'
  if (urls.length > LIMITS.turnUrls) return `There are ${LIMITS.turnUrls} addresses of TURN servers at most.`
  if (urls.some((url) => hostOfTurnUrl(url) === undefined)) return '--turn-url is turn:HOST:PORT or turns:HOST:PORT, with ?transport=tcp for TCP.'
  if (file === '' && text === '') return `A TURN server needs its secret: --turn-secret-file, or ${TURN_SECRET}.`
  return { urls, secret: file === '' ? { text } : { file } }
}

function fromCommandLine(words: readonly string[]): { readonly command: string; readonly said: Said } | string {
  const options = Object.fromEntries(NAMES.map((name) => [name, { type: optionOf(name).value === null ? 'boolean' : 'string', multiple: true } as const]))
  try {
    const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true })
    const [command = 'run', surplus] = positionals
    if (surplus !== undefined) return `“${surplus}” is one word too many.`
    return { command, said: Object.fromEntries(Object.entries(values).map(([name, said]) => [name, (said as unknown[]).map(String)])) }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const fromEnvironment = (environment: NodeJS.ProcessEnv): Said =>
  Object.fromEntries(
    NAMES.flatMap((name) => {
      const text = environment[variableOf(name)]
      return text === undefined || text === '' ? [] : [[name, optionOf(name).isList === true ? text.split(',') : [text]]]
    }),
  )

function fromFile(path: string): Said | string {
  let parsed: unknown
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return `${path} cannot be read, or is no JSON.`
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return `${path} holds no object with options.`
  const said: Said = {}
  for (const [name, value] of Object.entries(parsed) as [string, unknown][]) {
    const known = NAMES.find((other) => other === name)
    if (known === undefined) return `${path} names “${name}”, which is no option.`
    const values: readonly unknown[] = Array.isArray(value) ? (value as readonly unknown[]) : [value]
    const texts = values.filter((each) => ['string', 'number', 'boolean'].includes(typeof each)).map(String)
    if (texts.length < values.length || (texts.length !== 1 && optionOf(known).isList !== true)) return `${path} says something of “${name}” that is no value.`
    said[known] = texts
  }
  return said
}

/**
 * Whether `DEBUG` would make libraries print which peers connect. The relay does not start then: its output must be safe
 * to keep and to show.
 */
export const isRevealingDebug = (debug: string | undefined): boolean => debug !== undefined && /\*|libp2p/.test(debug)
