/**
 * The code in a browser's page that cleans pictures and has the browser decode them, before and after: bundled and served by
 * `plain-page.ts`, called by `pictures.test.ts`. Every call returns JSON.
 */
import { cleanPicture, pictureSize } from '@sotto/pictures'
import { fromBase64url, toHex } from '@sotto/wire'

/** What a person sees of a picture: a hash for each frame, of its pixels as the page's canvas has them, and how large it is drawn. */
interface Seen {
  readonly width: number
  readonly height: number
  readonly frames: readonly string[]
}

interface Cleaned {
  readonly before: Seen
  readonly after: Seen
  readonly size: ReturnType<typeof pictureSize>
  readonly removed: readonly string[]
}

const hashOf = async (pixels: BufferSource): Promise<string> => toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', pixels)))

async function drawn(picture: CanvasImageSource, width: number, height: number): Promise<string> {
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('the page has no canvas')
  context.drawImage(picture, 0, 0)
  return hashOf(context.getImageData(0, 0, width, height).data)
}

/** Every frame, of a browser that has a decoder of its own for them; none elsewhere. */
async function framesOf(bytes: Uint8Array<ArrayBuffer>, type: string): Promise<readonly string[]> {
  if (!('ImageDecoder' in globalThis) || !(await ImageDecoder.isTypeSupported(type))) return []
  const decoder = new ImageDecoder({ data: bytes, type })
  await Promise.all([decoder.completed, decoder.tracks.ready])
  const frames: string[] = []
  for (let frameIndex = 0; frameIndex < (decoder.tracks.selectedTrack?.frameCount ?? 0); frameIndex++) {
    const { image } = await decoder.decode({ frameIndex })
    frames.push(`${image.duration} ${await drawn(image, image.displayWidth, image.displayHeight)}`)
    image.close()
  }
  decoder.close()
  return frames
}

async function seen(bytes: Uint8Array<ArrayBuffer>, kind: string): Promise<Seen> {
  const type = `image/${kind}`
  const bitmap = await createImageBitmap(new Blob([bytes], { type }))
  const { width, height } = bitmap
  return { width, height, frames: [await drawn(bitmap, width, height), ...(await framesOf(bytes, type))] }
}

const bytesOf = (base64url: string): Uint8Array<ArrayBuffer> => new Uint8Array(fromBase64url(base64url) ?? [])

const picturesPage = {
  async clean(base64url: string): Promise<Cleaned> {
    const bytes = bytesOf(base64url)
    const clean = cleanPicture(bytes)
    if (!clean.ok) throw new Error(clean.refusal)
    return {
      before: await seen(bytes, clean.kind),
      after: await seen(new Uint8Array(clean.bytes), clean.kind),
      size: pictureSize(bytes),
      removed: clean.removed,
    }
  },

  /** As it is, without looking at it first. */
  async see(base64url: string, kind: string): Promise<Seen> {
    return seen(bytesOf(base64url), kind)
  },
}

export type PicturesPage = typeof picturesPage
Object.assign(globalThis, { picturesPage })
