/** Files that pages hand over are attached here, a stretch of them in memory at a time: see `file-channel.ts`. */
import type { EngineApi, EngineReply } from '@sotto/engine/api'
import { toBase64url } from '@sotto/wire'
import { type HandedFile, type HandingTrouble, isHandedFile, type TakenFile } from '../client/file-channel.ts'

/** Pieces that are read, and on their way to the engine, at once: 1 MB. A guess. */
const PIECES_AT_ONCE = 16

/** The part of `BroadcastChannel` that this uses. */
export interface FileChannel {
  readonly postMessage: (message: TakenFile) => void
  readonly addEventListener: (kind: 'message', listener: (event: { readonly data: unknown }) => void) => void
}

type Ask = EngineApi['request']

/** Takes files for as long as the page lives. */
export function takeFiles(ask: Ask, channel: FileChannel): void {
  channel.addEventListener('message', ({ data }) => {
    if (!isHandedFile(data)) return
    void takeFile(ask, data).then((trouble) => channel.postMessage({ kind: 'taken', file: data.file, trouble }))
  })
}

async function takeFile(ask: Ask, { group, file, pieceBytes, bytes }: HandedFile): Promise<HandingTrouble | null> {
  // Of an empty file there is one piece, without bytes.
  const pieces = Math.max(1, Math.ceil(bytes.size / pieceBytes))
  for (let first = 0; first < pieces; first += PIECES_AT_ONCE) {
    const read = await bytesOf(bytes.slice(first * pieceBytes, (first + PIECES_AT_ONCE) * pieceBytes))
    if (read === null) {
      await ask({ kind: 'detachFile', group, file })
      return 'unreadable'
    }
    const count = Math.min(PIECES_AT_ONCE, pieces - first)
    const replies = await Promise.all(
      Array.from({ length: count }, (_, i) =>
        ask({ kind: 'attachPiece', group, file, piece: first + i, bytes: toBase64url(read.subarray(i * pieceBytes, (i + 1) * pieceBytes)) }),
      ),
    )
    const refused = replies.find((reply): reply is EngineReply & { readonly ok: false } => !reply.ok)
    if (refused !== undefined) return refused.rejection.code
  }
  return null
}

/** null: the browser cannot read it, or not as much of it as there was. */
async function bytesOf(slice: Blob): Promise<Uint8Array | null> {
  try {
    const bytes = new Uint8Array(await slice.arrayBuffer())
    return bytes.length === slice.size ? bytes : null
  } catch {
    return null
  }
}
