/** The relay's command line. */
import { parseArgs } from 'node:util'

export interface RelayArguments {
  readonly data: string
  readonly host: string
  readonly port: number
  readonly httpPort: number
  readonly announce: readonly string[]
  readonly mostBytes: number | undefined
  readonly json: boolean
}

export const USAGE = `npm run relay -- [options]
  --data DIR         folder of the relay's key and mailboxes (default: relay-data)
  --host ADDRESS     IP address to listen on (default: 127.0.0.1)
  --port N           WebSocket port, 0 for any (default: 4001)
  --http-port N      port of /healthz, /readyz and /metrics, 0 for any (default: 4002)
  --announce ADDR    multiaddr to be reached by instead, such as /dns4/relay.example/tcp/443/wss; may be repeated
  --disk-mib N       largest size of the mailboxes' file, in MiB (default: 4096)
  --help             say this and nothing else
  --json             one JSON line on standard output instead of text (always so without a terminal)`

const PORTS = 65_536
const MIB = 1024 * 1024

const readNumber = (text: string, below: number): number | undefined => {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : below
  return number < below ? number : undefined
}

/** Whether help is requested, whatever else the command line says. */
export const asksForHelp = (words: readonly string[]): boolean => words.includes('--help') || words.includes('-h')

/** The arguments, or a sentence that says what is wrong with them. */
export function readArguments(words: readonly string[]): RelayArguments | string {
  let values
  try {
    ;({ values } = parseArgs({
      args: [...words],
      options: {
        data: { type: 'string', default: 'relay-data' },
        host: { type: 'string', default: '127.0.0.1' },
        port: { type: 'string', default: '4001' },
        'http-port': { type: 'string', default: '4002' },
        announce: { type: 'string', multiple: true, default: [] },
        'disk-mib': { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    }))
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  const port = readNumber(values.port, PORTS)
  const httpPort = readNumber(values['http-port'], PORTS)
  if (port === undefined || httpPort === undefined) return 'A port is a number from 0 to 65535.'
  const diskMib = values['disk-mib'] === undefined ? undefined : readNumber(values['disk-mib'], 2 ** 24)
  if (values['disk-mib'] !== undefined && (diskMib ?? 0) === 0) return 'The size of the disk is a number of MiB.'
  const { data, host, announce, json } = values
  return { data, host, port, httpPort, announce, mostBytes: diskMib === undefined ? undefined : diskMib * MIB, json }
}

/**
 * Whether `DEBUG` would make libraries print which peers connect. The relay does not start then: its output must be safe
 * to keep and to show.
 */
export const isRevealingDebug = (debug: string | undefined): boolean => debug !== undefined && /\*|libp2p/.test(debug)
