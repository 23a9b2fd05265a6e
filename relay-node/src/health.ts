/** What people and an operator's tools read over HTTP: the page, `/healthz`, `/readyz` and `/metrics`. Nothing here names a client. */
import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PAGE_POLICY } from './status-page.ts'

export interface Health {
  /** Where it listens, such as `http://127.0.0.1:4002`. */
  readonly address: string
  readonly close: () => Promise<void>
}

const TEXT = 'text/plain; charset=utf-8'
/** Requests are a line and few headers; who sends them slowly is disconnected. Guesses. */
const SERVER = { maxHeaderSize: 8 * 1024, headersTimeout: 5_000, requestTimeout: 10_000, keepAliveTimeout: 5_000, connectionsCheckingInterval: 1_000 }
/** Sockets at a time. A guess: a few tools and a few visitors. */
const MOST_SOCKETS = 64

/** `isReady`: whether clients are served and their letters taken. Rejects if the port is taken. */
export async function startHealth(options: {
  readonly host: string
  readonly port: number
  readonly isReady: () => boolean
  readonly page: () => string
  readonly metrics: { readonly contentType: string; readonly text: () => Promise<string> }
}): Promise<Health> {
  const answers: Readonly<Record<string, () => Promise<readonly [status: number, type: string, text: string]>>> = {
    '/': async () => [200, 'text/html; charset=utf-8', options.page()],
    '/healthz': async () => [200, TEXT, 'ok\n'],
    '/readyz': async () => (options.isReady() ? [200, TEXT, 'ready\n'] : [503, TEXT, 'not ready\n']),
    '/metrics': async () => [200, options.metrics.contentType, await options.metrics.text()],
  }
  const server: Server = createServer(SERVER, (request, response) => {
    const respond = async (): Promise<void> => {
      const mayRead = request.method === 'GET' || request.method === 'HEAD'
      const [status, type, text] = mayRead ? await (answers[request.url ?? '']?.() ?? [404, TEXT, 'not found\n']) : ([405, TEXT, 'not allowed\n'] as const)
      response.writeHead(status, {
        'content-type': type,
        'content-security-policy': PAGE_POLICY,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      })
      response.end(request.method === 'HEAD' ? undefined : text)
    }
    respond().catch(() => response.destroy())
  })
  server.maxConnections = MOST_SOCKETS
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
