/** Pixels of a picture, and what has to be done to them before the search for a code. */

/** Four bytes for each pixel, from the upper left: red, green, blue, opacity. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly data: Uint8ClampedArray
}

/** The background behind transparent parts of a picture. */
export type Ground = 'white' | 'black'

const levelOf = (ground: Ground): number => (ground === 'white' ? 255 : 0)

/** Whether any part is transparent. */
export function isTransparent({ data }: Picture): boolean {
  for (let at = 3; at < data.length; at += 4) if ((data[at] ?? 0) < 255) return true
  return false
}

/** The picture on an opaque background. */
export function laidOn({ width, height, data }: Picture, ground: Ground): Picture {
  const level = levelOf(ground)
  const laid = new Uint8ClampedArray(data.length)
  for (let at = 0; at < data.length; at += 4) {
    const opacity = (data[at + 3] ?? 0) / 255
    for (let channel = 0; channel < 3; channel++) laid[at + channel] = (data[at + channel] ?? 0) * opacity + level * (1 - opacity)
    laid[at + 3] = 255
  }
  return { width, height, data: laid }
}

/** An opaque picture in grey, turned by an eighth without cropping, on a background. */
export function turnedByAnEighth(picture: Picture, ground: Ground): Picture {
  const side = Math.ceil((picture.width + picture.height) * Math.SQRT1_2)
  const grey = greyOf(picture)
  const data = new Uint8ClampedArray(side * side * 4).fill(255)
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const [fromX, fromY] = [x - (side - 1) / 2, y - (side - 1) / 2]
      const sourceX = (fromX + fromY) * Math.SQRT1_2 + (picture.width - 1) / 2
      const sourceY = (fromY - fromX) * Math.SQRT1_2 + (picture.height - 1) / 2
      const level = levelAt(grey, picture.width, picture.height, sourceX, sourceY) ?? levelOf(ground)
      data.fill(level, (y * side + x) * 4, (y * side + x) * 4 + 3)
    }
  }
  return { width: side, height: side, data }
}

function greyOf({ data }: Picture): Uint8Array {
  const grey = new Uint8Array(data.length / 4)
  for (let i = 0; i < grey.length; i++) grey[i] = ((data[4 * i] ?? 0) * 299 + (data[4 * i + 1] ?? 0) * 587 + (data[4 * i + 2] ?? 0) * 114) / 1000
  return grey
}

/** Between four pixels, so that a turned code keeps its edges. `undefined` outside the picture. */
function levelAt(grey: Uint8Array, width: number, height: number, x: number, y: number): number | undefined {
  const [left, top] = [Math.floor(x), Math.floor(y)]
  if (left < 0 || top < 0 || left + 1 >= width || top + 1 >= height) return undefined
  const [right, below] = [x - left, y - top]
  const at = top * width + left
  const upper = (grey[at] ?? 0) * (1 - right) + (grey[at + 1] ?? 0) * right
  const lower = (grey[at + width] ?? 0) * (1 - right) + (grey[at + width + 1] ?? 0) * right
  return upper * (1 - below) + lower * below
}
