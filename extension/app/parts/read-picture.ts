/** Longest side that a picture is scaled down to before it is searched, px: a code in a phone's photo stays readable. */
const SEARCHED_PX = 1600

/**
 * Reads a QR code in a picture.
 * @returns its text, or null if it is not a picture or no code was found in it
 */
export async function readPicture(picture: Blob): Promise<string | null> {
  try {
    const bitmap = await createImageBitmap(picture)
    const scale = Math.min(1, SEARCHED_PX / Math.max(bitmap.width, bitmap.height))
    const width = Math.max(1, Math.round(bitmap.width * scale))
    const height = Math.max(1, Math.round(bitmap.height * scale))
    const canvas = document.createElement('canvas')
    canvas.width = width
    canvas.height = height
    const context = canvas.getContext('2d', { willReadFrequently: true })
    if (context === null) return null
    context.drawImage(bitmap, 0, 0, width, height)
    bitmap.close()
    const { data } = context.getImageData(0, 0, width, height)
    // Loaded only now: few people ever read a picture, and the decoder is larger than the rest of the app.
    const { readCode } = await import('./read-code.ts')
    return readCode({ width, height, data })
  } catch {
    // The browser cannot draw it. To a person it is as if there were no code in it.
    return null
  }
}
