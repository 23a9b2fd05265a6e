/** Looks for a QR code in the pictures that people have: screenshots, photos, transparent stickers. */
import { decodeQR } from 'qr/decode.js'
import { type Ground, isTransparent, laidOn, type Picture, turnedByAnEighth } from './picture.ts'

/** Time for each search, ms: a person waits for one picture, not for sixty a second. */
const SEARCH_MS = 1500

function decoded(picture: Picture): string | null {
  try {
    return decodeQR(picture, { timeLimit: SEARCH_MS })
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
