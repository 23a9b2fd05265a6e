/** Looks for a QR code in the pictures that people have: screenshots, photos, transparent stickers. */
import { decodeQR } from 'qr/decode.js'
import { type Ground, isTransparent, laidOn, type Picture, turnedByAnEighth } from './picture.ts'

/** Time for each search, ms: a person waits for one picture, not for sixty a second. */
const SEARCH_MS = 1500

/** The same for one picture of many that a camera takes. */
const FRAME_MS = 150

function decoded(picture: Picture, timeLimit = SEARCH_MS): string | null {
  try {
    return decodeQR(picture, { timeLimit })
  } catch {
    // There is none, or none that is readable.
    return null
  }
}

/**
 * @returns the code's text, or null if none is found. Searched on white and, if the picture is transparent, on black (for
 * light modules on nothing). Each is searched upright, then turned, because a code on its corner shows the decoder no lines.
 */
export function readCode(picture: Picture): string | null {
  const grounds: readonly Ground[] = isTransparent(picture) ? ['white', 'black'] : ['white']
  for (const ground of grounds) {
    const laid = laidOn(picture, ground)
    const text = decoded(laid) ?? decoded(turnedByAnEighth(laid, ground))
    if (text !== null) return text
  }
  return null
}

/** For a camera's pictures, which are opaque and upright sooner or later. */
export const readFrameCode = (picture: Picture): string | null => decoded(picture, FRAME_MS)
