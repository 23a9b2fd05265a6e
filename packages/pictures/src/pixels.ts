import { LIMITS } from '@sotto/wire'
import { refuse } from './refused.ts'

/** How large a picture is as it lies in its file, before it is turned by its orientation. */
export interface Pixels {
  readonly width: number
  readonly height: number
}

/** Refuses what has no pixels or more than `LIMITS.picturePixelsInAll`: what a decoder would allocate before it sees the first one. */
export function drawable(width: number, height: number): Pixels {
  if (width === 0 || height === 0) refuse('noPixels')
  if (width * height > LIMITS.picturePixelsInAll) refuse('tooManyPixels')
  return { width, height }
}
