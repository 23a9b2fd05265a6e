/**
 * A person's picture from a file: the middle of it as a square, small enough to be sent. It is drawn again, so nothing else of the
 * file leaves the page, such as where a photo was taken.
 */

/** The protocol's limit. */
const MOST_BYTES = 32 * 1024

/** From the best to the smallest. Not every browser writes WebP. */
const TRIES = [
  { side: 256, quality: 0.85 },
  { side: 192, quality: 0.8 },
  { side: 128, quality: 0.75 },
  { side: 96, quality: 0.6 },
] as const
const TYPES = ['image/webp', 'image/jpeg'] as const

/** The bytes; null: the browser cannot draw the file. */
export async function squarePicture(file: Blob): Promise<Uint8Array | null> {
  try {
    const bitmap = await createImageBitmap(file)
    try {
      for (const { side, quality } of TRIES) {
        const canvas = drawn(bitmap, side)
        for (const type of TYPES) {
          const picture = canvas === null ? null : await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, quality))
          if (picture !== null && picture.type === type && picture.size <= MOST_BYTES) return new Uint8Array(await picture.arrayBuffer())
        }
      }
      return null
    } finally {
      bitmap.close()
    }
  } catch {
    return null
  }
}

function drawn(bitmap: ImageBitmap, side: number): HTMLCanvasElement | null {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = side
  const context = canvas.getContext('2d')
  if (context === null) return null
  const cut = Math.min(bitmap.width, bitmap.height)
  context.fillStyle = '#fff'
  context.fillRect(0, 0, side, side)
  context.imageSmoothingQuality = 'high'
  context.drawImage(bitmap, (bitmap.width - cut) / 2, (bitmap.height - cut) / 2, cut, cut, 0, 0, side, side)
  return canvas
}
