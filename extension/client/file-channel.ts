/**
 * How a file gets from a page to the engine's page: as the browser's handle on it, which stays good when the page is gone. A popup closes with
 * every click beside it, and its bytes would have to pass a port as text. Only pages of this extension hear this channel: it belongs to their origin.
 */
import type { RejectionCode } from '@sotto/engine/api'

export const FILE_CHANNEL = 'sotto files'

/** From a page, for a file that `attachFile` named. */
export interface HandedFile {
  readonly kind: 'handed'
  readonly group: string
  readonly file: string
  readonly pieceBytes: number
  readonly bytes: Blob
}

/** `unreadable`: the browser does not give its bytes: it was changed or removed since it was chosen, or is a folder. */
export type HandingTrouble = RejectionCode | 'unreadable'

/** From the engine's page, once all of a file is attached (null) or it cannot be. */
export interface TakenFile {
  readonly kind: 'taken'
  readonly file: string
  readonly trouble: HandingTrouble | null
}

type Fields = { readonly [name: string]: unknown }
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null

export const isHandedFile = (value: unknown): value is HandedFile =>
  isFields(value) &&
  value['kind'] === 'handed' &&
  typeof value['group'] === 'string' &&
  typeof value['file'] === 'string' &&
  Number.isSafeInteger(value['pieceBytes']) &&
  (value['pieceBytes'] as number) > 0 &&
  value['bytes'] instanceof Blob

const isTakenFile = (value: unknown): value is TakenFile =>
  isFields(value) && value['kind'] === 'taken' && typeof value['file'] === 'string' && (value['trouble'] === null || typeof value['trouble'] === 'string')

let channel: BroadcastChannel | null = null

/** Hands a file over. Resolves once all of it is attached, with null, or with why it cannot be. */
export function handOver(handed: Omit<HandedFile, 'kind'>): Promise<HandingTrouble | null> {
  const opened = (channel ??= new BroadcastChannel(FILE_CHANNEL))
  return new Promise((resolve) => {
    const hear = ({ data }: MessageEvent<unknown>): void => {
      if (!isTakenFile(data) || data.file !== handed.file) return
      opened.removeEventListener('message', hear)
      resolve(data.trouble)
    }
    opened.addEventListener('message', hear)
    opened.postMessage({ kind: 'handed', ...handed })
  })
}
