import { encodeQR } from 'qr'
import { describe, expect, test } from 'vitest'
import type { Picture } from './picture.ts'
import { readCode } from './read-code.ts'

type Colour = readonly [red: number, green: number, blue: number, opacity: number]
const BLACK: Colour = [0, 0, 0, 255]
const WHITE: Colour = [255, 255, 255, 255]
const PALE: Colour = [225, 235, 250, 255]
const NOTHING: Colour = [0, 0, 0, 0]
const NOTHING_WHITE: Colour = [255, 255, 255, 0]

/** The size of a real invite. */
const TEXT = `sotto:${'q7Zt3kVx9LmP2nRw8YbC5dFg'.repeat(13)}`.slice(0, 318)
const MODULES = encodeQR(TEXT, 'raw', { ecc: 'medium' })
/** Modules of quiet zone, pixels of a module, and sampled points of a pixel in each direction. */
const QUIET = 2
const MODULE_PX = 6
const POINTS = 2

/** A code in these colours, turned about its middle, on a background. */
function drawn({ dark, light, behind = light, degrees = 0 }: { dark: Colour; light: Colour; behind?: Colour; degrees?: number }): Picture {
  const side = Math.ceil((MODULES.length + 2 * QUIET) * MODULE_PX * (degrees % 90 === 0 ? 1 : Math.SQRT2))
  const data = new Uint8ClampedArray(side * side * 4)
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]
  const colourAt = (x: number, y: number): Colour => {
    const column = Math.floor((cos * x + sin * y) / MODULE_PX + MODULES.length / 2)
    const row = Math.floor((cos * y - sin * x) / MODULE_PX + MODULES.length / 2)
    const module = MODULES[row]?.[column]
    if (module !== undefined) return module ? dark : light
    const isQuiet = [row, column].every((place) => place >= -QUIET && place < MODULES.length + QUIET)
    return isQuiet ? light : behind
  }
  for (let i = 0; i < side * side; i++) {
    for (let point = 0; point < POINTS * POINTS; point++) {
      const x = (i % side) + ((point % POINTS) + 0.5) / POINTS - side / 2
      const y = Math.floor(i / side) + (Math.floor(point / POINTS) + 0.5) / POINTS - side / 2
      const colour = colourAt(x, y)
      for (let channel = 0; channel < 4; channel++)
        data[4 * i + channel] = (data[4 * i + channel] ?? 0) + Math.floor((colour[channel] ?? 0) / (POINTS * POINTS))
    }
  }
  return { width: side, height: side, data }
}

describe('a code is read', () => {
  test.each([
    ['black on white', { dark: BLACK, light: WHITE }],
    ['black on nothing', { dark: BLACK, light: NOTHING_WHITE }],
    ['white on black', { dark: WHITE, light: BLACK }],
    ['white on nothing, for a dark page', { dark: WHITE, light: NOTHING }],
    ['pale on nothing', { dark: PALE, light: NOTHING_WHITE }],
    ['only its light modules drawn', { dark: NOTHING, light: WHITE }],
    ['black on white with nothing around it', { dark: BLACK, light: WHITE, behind: NOTHING, degrees: 45 }],
    ['white on nothing, on its corner', { dark: WHITE, light: NOTHING, degrees: 45 }],
  ])('%s', (_, colours) => {
    expect(readCode(drawn(colours))).toBe(TEXT)
  })

  test.each([15, 40, 45, 50, 75, 90, 135, 180, 225, 315])('turned by %i degrees', (degrees) => {
    expect(readCode(drawn({ dark: BLACK, light: WHITE, degrees }))).toBe(TEXT)
  })
})

test('no code is found in a picture without one', () => {
  expect(readCode({ width: 60, height: 40, data: new Uint8ClampedArray(60 * 40 * 4) })).toBeNull()
  expect(readCode({ width: 1, height: 1, data: new Uint8ClampedArray(4).fill(255) })).toBeNull()
  expect(readCode(drawn({ dark: PALE, light: PALE }))).toBeNull()
})
