/** Pictures that are drawn again, smaller: decoded, scaled and encoded by the browser outside of the page's thread where it can. */

/** Sides of a picture that is not sent in its original quality, px. */
const MOST_SENT_PX = 2560
/** The protocol's limits: of one thumbnail, and of all in a message. */
const THUMBNAIL_BYTES = 6 * 1024
const THUMBNAILS_BYTES = 24 * 1024

export interface Sides {
  readonly width: number
  readonly height: number
}

/** From the best to the smallest. Not every browser writes WebP. */
const TRIES = [
  { side: 200, quality: 0.7 },
  { side: 160, quality: 0.65 },
  { side: 128, quality: 0.55 },
  { side: 96, quality: 0.5 },
  { side: 64, quality: 0.4 },
  { side: 40, quality: 0.3 },
] as const
const TYPES = ['image/webp', 'image/jpeg'] as const

/** Within a square of that side. */
function within({ width, height }: Sides, side: number): Sides {
  const scale = Math.min(1, side / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

/** Of how many bytes each of so many thumbnails may be, so that all are in the message. */
export const thumbnailBytes = (pictures: number): number => Math.min(THUMBNAIL_BYTES, Math.floor(THUMBNAILS_BYTES / Math.max(1, pictures)))

async function encoded(bitmap: ImageBitmap, { width, height }: Sides, type: string, quality: number): Promise<Blob | null> {
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  if (context === null) return null
  if (type === 'image/jpeg') {
    context.fillStyle = '#fff'
    context.fillRect(0, 0, width, height)
  }
  context.imageSmoothingQuality = 'high'
  context.drawImage(bitmap, 0, 0, width, height)
  const blob = await canvas.convertToBlob({ type, quality })
  // A browser that cannot write a type writes another.
  return blob.type === type ? blob : null
}

/** A picture as the browser draws it: turned as it says. Throws where it cannot. */
export const decoded = (picture: Blob): Promise<ImageBitmap> => createImageBitmap(picture)

/** Of at most so many bytes; null: the browser writes none that is so small. */
export async function thumbnailOf(bitmap: ImageBitmap, mostBytes: number): Promise<Uint8Array | null> {
  for (const { side, quality } of TRIES) {
    for (const type of TYPES) {
      const thumbnail = await encoded(bitmap, within(bitmap, side), type, quality)
      if (thumbnail !== null && thumbnail.size <= mostBytes) return new Uint8Array(await thumbnail.arrayBuffer())
    }
  }
  return null
}

/** The same picture with at most `MOST_SENT_PX` on a side. null: it has no more, or the browser writes nothing smaller. */
export async function scaledDown(bitmap: ImageBitmap, original: Blob): Promise<{ readonly bytes: Blob; readonly extension: string } | null> {
  if (Math.max(bitmap.width, bitmap.height) <= MOST_SENT_PX) return null
  const sides = within(bitmap, MOST_SENT_PX)
  const isPhoto = original.type === 'image/jpeg'
  const bytes = await encoded(bitmap, sides, isPhoto ? 'image/jpeg' : 'image/webp', isPhoto ? 0.88 : 0.92)
  if (bytes === null || bytes.size >= original.size) return null
  return { bytes, extension: isPhoto ? '.jpg' : '.webp' }
}
