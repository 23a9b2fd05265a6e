/** What an operator's tools read over HTTP: `/healthz`, `/readyz` and `/metrics`. Nothing here names a client. */
import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Health {
  /** Where it listens, such as `http://127.0.0.1:4002`. */
  readonly address: string
  readonly close: () => Promise<void>
}

const PREFIX = 'sotto_relay_'

/** Text of the Prometheus exposition format. A counter `refused:full` becomes `refused_total{reason="full"}`. */
export function metricsText(counters: ReadonlyMap<string, number>, gauges: ReadonlyMap<string, number>): string {
  const lines: string[] = []
  for (const [name, value] of counters) {
    const [what, reason] = name.split(':')
    lines.push(`${PREFIX}${what}_total${reason === undefined ? '' : `{reason="${reason}"}`} ${value}`)
  }
  for (const [name, value] of gauges) lines.push(`${PREFIX}${name} ${value}`)
  return `${lines.join('\n')}\n`
}

/** `isReady`: whether clients are served. Rejects if the port is taken. */
export async function startHealth(options: {
  readonly host: string
  readonly port: number
  readonly isReady: () => boolean
  readonly metrics: () => string
}): Promise<Health> {
  const server: Server = createServer((request, response) => {
    const answer = (status: number, text: string): void => {
      response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
      response.end(text)
    }
    if (request.url === '/healthz') answer(200, 'ok\n')
    else if (request.url === '/readyz') answer(options.isReady() ? 200 : 503, options.isReady() ? 'ready\n' : 'not ready\n')
    else if (request.url === '/metrics') answer(200, options.metrics())
    else answer(404, 'not found\n')
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, resolve)
  })
  const { port } = server.address() as AddressInfo
  const host = options.host.includes(':') ? `[${options.host}]` : options.host
  return {
    address: `http://${host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
