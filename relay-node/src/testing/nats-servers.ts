/** NATS servers of one test, on loopback and in folders of their own. They end with the test. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, connect as openSocket } from 'node:net'
import { delimiter, join } from 'node:path'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'

export interface NatsServer {
  readonly name: string
  readonly url: string
  /** Where its JetStream keeps its files. */
  readonly folder: string
  /** SIGKILL; resolves when it is gone. */
  readonly kill: () => Promise<void>
  /** Starts it again on the same ports and files. Resolves when it takes connections. */
  readonly start: () => Promise<void>
}

export interface NatsCluster {
  readonly servers: readonly NatsServer[]
  /** For `--store`. */
  readonly urls: readonly string[]
  readonly end: () => Promise<void>
}

/** In which a server answers, and a cluster agrees on a leader. Generous: machines that run tests are busy. */
const PATIENCE_MS = 30_000

/** Debian keeps it where ordinary users' PATH does not look. */
function findNatsServer(): string {
  const named = process.env.SOTTO_NATS_SERVER
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']
  for (const file of named === undefined || named === '' ? folders.map((folder) => join(folder, 'nats-server')) : [named]) {
    try {
      accessSync(file, constants.X_OK)
      return file
    } catch {
      // The next one.
    }
  }
  throw new Error('nats-server is missing: npm test installs it where it can; otherwise install it, or set SOTTO_NATS_SERVER')
}

/** Ports that were free a moment ago. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const listeners = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(listeners.map((listener) => once(listener, 'listening')))
  const ports = listeners.map((listener) => (listener.address() as AddressInfo).port)
  await Promise.all(listeners.map((listener) => new Promise((resolve) => listener.close(resolve))))
  return ports
}

/**
 * Resolves when the servers store what a quorum of all of them has.
 * @param extra lines of each server's configuration, such as who may connect
 */
export async function startNatsServers(count: 1 | 3, folder: string, extra = ''): Promise<NatsCluster> {
  const program = findNatsServer()
  const ports = await freePorts(2 * count)
  const routes = ports.slice(count).map((port) => `nats://127.0.0.1:${port}`)
  const servers = Array.from({ length: count }, (_, i) => prepareServer(program, join(folder, `nats-${i}`), i, ports, count === 1 ? [] : routes, extra))
  const end = async (): Promise<void> => {
    await Promise.all(servers.map(({ kill }) => kill()))
  }
  try {
    await Promise.all(servers.map(({ start }) => start()))
    if (extra === '') await untilQuorum(servers[0]?.url ?? '', count)
  } catch (fault) {
    await end()
    throw fault
  }
  return { servers, urls: servers.map(({ url }) => url), end }
}

function prepareServer(program: string, folder: string, i: number, ports: readonly number[], routes: readonly string[], extra: string): NatsServer {
  const name = `n${i}`
  const port = ports[i] ?? 0
  mkdirSync(folder, { recursive: true })
  const cluster = routes.length === 0 ? '' : `cluster { name: sotto, listen: "127.0.0.1:${ports[routes.length + i]}", routes: ${JSON.stringify(routes)} }\n`
  const file = join(folder, 'nats.conf')
  writeFileSync(file, `server_name: ${name}\nlisten: "127.0.0.1:${port}"\njetstream { store_dir: ${JSON.stringify(folder)} }\n${cluster}${extra}\n`)
  let child: ChildProcess | null = null
  return {
    name,
    url: `nats://127.0.0.1:${port}`,
    folder,
    start: async () => {
      const started = spawn(program, ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'] })
      child = started
      process.once('exit', () => started.kill('SIGKILL'))
      let said = ''
      started.stderr.on('data', (chunk: Buffer) => {
        said = `${said}${chunk.toString()}`.slice(-4_096)
      })
      for (const endMs = performance.now() + PATIENCE_MS; !(await takesConnections(port));) {
        if (started.exitCode !== null || performance.now() > endMs) throw new Error(`nats-server does not listen:\n${said}`)
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
    kill: async () => {
      if (child === null || child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}

const takesConnections = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = openSocket(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    // The first line that a NATS server says is about itself.
    socket.once('data', () => socket.destroy())
  })

/** The server that leads a stream. */
export async function leaderOf({ servers, urls }: NatsCluster, stream: string): Promise<NatsServer> {
  const connection = await connect({ servers: [...urls] })
  const { cluster } = await (await jetstreamManager(connection)).streams.info(stream)
  await connection.close()
  const leader = servers.find(({ name }) => name === cluster?.leader)
  if (leader === undefined) throw new Error('the stream has no leader')
  return leader
}

async function untilQuorum(url: string, replicas: number): Promise<void> {
  const connection = await connect({ servers: url })
  try {
    const endMs = performance.now() + PATIENCE_MS
    for (;;) {
      try {
        const manager = await jetstreamManager(connection, { timeout: 2_000 })
        await manager.streams.add({ name: 'probe', subjects: ['probe'], num_replicas: replicas })
        await manager.streams.delete('probe')
        return
      } catch (fault) {
        if (performance.now() > endMs) throw fault
        await new Promise((resolve) => setTimeout(resolve, 200))
      }
    }
  } finally {
    await connection.close()
  }
}
