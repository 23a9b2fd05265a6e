/** What the benchmark of files runs in two pages of a Chromium: the engine's, beside the engine, and one of the app. All calls take and return JSON. */
import type { EngineView } from '@sotto/engine/api'
import { ENGINE_PORT, type ToEngine, type ToPage } from '../../extension/client/engine-port.ts'
import { fromBase64url, toHex } from '@sotto/wire'
import { applyPatch } from '../../extension/client/view-patch.ts'
import type { Arrival } from './files/arrival.ts'
import { type BareEnd, startBareEnd } from './files/bare-stream.ts'
import { noiseAt } from '../fixtures/noise.ts'

export interface FilesPage {
  /** In a page of the app: fetches a file, and resolves once it is whole. */
  readonly fetch: (group: string, message: string) => Promise<Arrival>
  /** The same page: the SHA-256 of what it reads of the file, hexadecimal. */
  readonly read: (group: string, message: string) => Promise<string>
  readonly bareAddress: (listen: string) => Promise<string>
  readonly bareFetch: (listen: string, address: string, bytes: number) => Promise<Arrival>
  /** Makes noise of a seed, which the browser keeps, for `hand`. */
  readonly make: (bytes: number, seed: number) => null
  /** Hands it over to the engine, as a page of the app does; resolves with what kept it from that, or null. */
  readonly hand: (group: string, file: string, pieceBytes: number) => Promise<string | null>
}

const NOISE_BYTES = 1 << 20

let noise = new Blob()
let bare: Promise<BareEnd> | null = null
const bareEnd = (listen: string): Promise<BareEnd> => (bare ??= startBareEnd(listen))

interface Port {
  readonly postMessage: (message: ToEngine) => void
  readonly disconnect: () => void
  readonly onMessage: { readonly addListener: (listener: (message: ToPage) => void) => void }
}
interface Runtime {
  readonly connect: (options: { readonly name: string }) => Port
}

function fetchFile(group: string, message: string): Promise<Arrival> {
  const { runtime } = (globalThis as unknown as { readonly chrome: { readonly runtime: Runtime } }).chrome
  const port = runtime.connect({ name: ENGINE_PORT })
  return new Promise((resolve, reject) => {
    const startMs = performance.now()
    let [firstMs, isBegun] = [Number.NaN, false]
    let view: EngineView | undefined
    const look = (): void => {
      const coming = view?.groups.find(({ id }) => id === group)?.coming.find((each) => each.message === message)
      if (coming !== undefined) isBegun = true
      if (Number.isNaN(firstMs) && (coming?.bytesHere ?? 0) > 0) firstMs = performance.now() - startMs
      if (!isBegun || coming !== undefined) return
      port.disconnect()
      resolve({ firstMs, wholeMs: performance.now() - startMs })
    }
    port.onMessage.addListener((told) => {
      if (told.kind === 'reply' && !told.reply.ok) reject(new Error(`refused: ${told.reply.rejection.code}`))
      else if (told.kind === 'view') view = told.view
      else if (told.kind === 'patch') view = applyPatch(view, told.patch) as EngineView
      look()
    })
    port.postMessage({ kind: 'request', id: 1, request: { kind: 'fetchFile', group, message, number: 0 } })
  })
}

/** Keeps all of it in memory: the file is one that a page may have so. */
function readWhole(group: string, message: string): Promise<string> {
  const { runtime } = (globalThis as unknown as { readonly chrome: { readonly runtime: Runtime } }).chrome
  const port = runtime.connect({ name: ENGINE_PORT })
  const parts: Uint8Array<ArrayBuffer>[] = []
  let fromByte = 0
  const ask = (): void =>
    port.postMessage({ kind: 'request', id: 1, request: { kind: 'readFile', group, message, number: 0, fromByte, toByte: Number.MAX_SAFE_INTEGER } })
  return new Promise((resolve, reject) => {
    port.onMessage.addListener((told) => {
      if (told.kind !== 'reply') return
      if (!told.reply.ok) return reject(new Error(`refused: ${told.reply.rejection.code}`))
      const part = new Uint8Array(fromBase64url(told.reply.value.bytes ?? '') ?? [])
      if (part.length > 0) {
        parts.push(part)
        fromByte += part.length
        return ask()
      }
      port.disconnect()
      void new Blob(parts)
        .arrayBuffer()
        .then((bytes) => crypto.subtle.digest('SHA-256', bytes))
        .then((hash) => resolve(toHex(new Uint8Array(hash))), reject)
    })
    ask()
  })
}

const page: FilesPage = {
  fetch: fetchFile,
  read: readWhole,
  bareAddress: async (listen) => (await bareEnd(listen)).address(),
  bareFetch: async (listen, address, bytes) => (await bareEnd(listen)).fetch(address, bytes),
  make: (bytes, seed) => {
    const parts: Blob[] = []
    for (let at = 0, place = 0; at < bytes; at += NOISE_BYTES, place++) parts.push(new Blob([noiseAt(seed, place, Math.min(NOISE_BYTES, bytes - at))]))
    noise = new Blob(parts)
    return null
  },
  hand: async (group, file, pieceBytes) => {
    const channel = new BroadcastChannel('sotto files')
    const taken = new Promise<string | null>((resolve) => {
      channel.addEventListener('message', ({ data }: MessageEvent<{ readonly kind: string; readonly file: string; readonly trouble: string | null }>) => {
        if (data.kind === 'taken' && data.file === file) resolve(data.trouble)
      })
    })
    channel.postMessage({ kind: 'handed', group, file, pieceBytes, bytes: noise })
    return taken.finally(() => channel.close())
  },
}

Object.assign(globalThis, { filesPage: page })
