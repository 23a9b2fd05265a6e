/** Looks for a QR code in a picture, as people have them: screenshots, photos, stickers on nothing. */
import { decodeQR } from 'qr/decode.js'
import { type Ground, isTransparent, laidOn, type Picture, turnedByAnEighth } from './picture.ts'

/** Time for each search, ms: a person waits for one picture, not for sixty a second. */
const SEARCH_MS = 1500

function decoded(picture: Picture): string | null {
  try {
    return decodeQR(picture, { timeLimit: SEARCH_MS })
  } catch {
    // There is none, or none that can be read.
    return null
  }
}

/**
 * @returns the code's text, or null where none is found: on white, then, where something shows through, on black (light
 * modules on nothing); each as it is, then turned, because a code on its corner shows the decoder no lines
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
