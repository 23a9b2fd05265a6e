import type { EngineReply, EngineRequest } from '@sotto/engine/api'
import { fromBase64url } from '@sotto/wire'
import { expect, it } from 'vitest'
import type { TakenFile } from '../client/file-channel.ts'
import { type FileChannel, takeFiles } from './take-files.ts'

const PIECE = 100

/** A channel with its page's end, and an engine that takes pieces in their order and nothing else. */
function page(refuseFrom = Infinity) {
  let hear: (event: { readonly data: unknown }) => void = () => {}
  const heard: TakenFile[] = []
  const channel: FileChannel = {
    postMessage: (message) => void heard.push(message),
    addEventListener: (_, listener) => {
      hear = listener
    },
  }
  const kept: Uint8Array[] = []
  const asked: EngineRequest['kind'][] = []
  takeFiles(async (request): Promise<EngineReply> => {
    asked.push(request.kind)
    if (request.kind === 'detachFile') return { ok: true, value: {} }
    if (request.kind !== 'attachPiece' || request.piece !== kept.length) return { ok: false, rejection: { code: 'badRequest', numbers: {} } }
    if (request.piece >= refuseFrom) return { ok: false, rejection: { code: 'storageFull', numbers: {} } }
    kept.push(fromBase64url(request.bytes) ?? new Uint8Array())
    return { ok: true, value: {} }
  }, channel)
  const give = async (data: unknown): Promise<TakenFile | undefined> => {
    hear({ data })
    for (let i = 0; i < 500 && heard.length === 0; i++) await new Promise((resolve) => setTimeout(resolve, 1))
    return heard[0]
  }
  return { give, kept, asked, heard }
}

const handed = (bytes: Blob) => ({ kind: 'handed', group: 'g', file: 'f', pieceBytes: PIECE, bytes })

it.each([0, 1, PIECE, PIECE + 1, 40 * PIECE + 7])('of %i bytes all are attached in their order', async (size) => {
  const { give, kept } = page()
  const bytes = Uint8Array.from({ length: size }, (_, i) => i)
  expect(await give(handed(new Blob([bytes])))).toEqual({ kind: 'taken', file: 'f', trouble: null })
  expect(kept).toHaveLength(Math.max(1, Math.ceil(size / PIECE)))
  expect(new Uint8Array(await new Blob(kept as BlobPart[]).arrayBuffer())).toEqual(bytes)
})

it('says why the engine took it no further, and gives it no more', async () => {
  const { give, asked } = page(3)
  expect(await give(handed(new Blob([new Uint8Array(100 * PIECE)])))).toMatchObject({ trouble: 'storageFull' })
  expect(asked.length).toBeLessThan(20)
})

it('takes back what the browser cannot read', async () => {
  const { give, asked } = page()
  const bytes = new Blob([new Uint8Array(5 * PIECE)])
  Object.defineProperty(bytes, 'slice', { value: () => ({ size: PIECE, arrayBuffer: () => Promise.reject(new DOMException('gone', 'NotReadableError')) }) })
  expect(await give(handed(bytes))).toMatchObject({ trouble: 'unreadable' })
  expect(asked).toEqual(['detachFile'])
})

it.each([null, 'x', { kind: 'handed' }, { ...handed(new Blob()), pieceBytes: 0 }, { ...handed(new Blob()), bytes: 'text' }])(
  'hears nothing else: %#',
  async (data) => {
    const { give, asked, heard } = page()
    const answer = give(data)
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(asked).toEqual([])
    expect(heard).toEqual([])
    await answer
  },
)
