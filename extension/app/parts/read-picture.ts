import type { Picture } from './picture.ts'

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
    const drawn = drawnAt(bitmap, width, height)
    bitmap.close()
    if (drawn === null) return null
    // Loaded only now: few people ever read a picture, and the decoder is larger than the rest of the app.
    const { readCode } = await import('./read-code.ts')
    return readCode(drawn)
  } catch {
    // The browser cannot draw it. To a person it is as if there were no code in it.
    return null
  }
}

/** Longest side of a camera's picture when it is searched, px: several a second, and the code is held before it. */
const FRAME_PX = 640

/** Reads a QR code in what a video shows now; null: none, or nothing is shown yet. */
export async function readFrame(video: HTMLVideoElement): Promise<string | null> {
  const scale = Math.min(1, FRAME_PX / Math.max(video.videoWidth, video.videoHeight, 1))
  const [width, height] = [Math.round(video.videoWidth * scale), Math.round(video.videoHeight * scale)]
  const drawn = width < 1 || height < 1 ? null : drawnAt(video, width, height)
  if (drawn === null) return null
  const { readFrameCode } = await import('./read-code.ts')
  return readFrameCode(drawn)
}

function drawnAt(source: CanvasImageSource, width: number, height: number): Picture | null {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (context === null) return null
  context.drawImage(source, 0, 0, width, height)
  return { width, height, data: context.getImageData(0, 0, width, height).data }
}
