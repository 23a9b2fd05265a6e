/** Several pictures in one, side by side, as the README shows them. */
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import type { BrowserContext } from 'playwright-core'

const COLUMNS = 4
const GAP_PX = 24
const CORNER_PX = 12
/** Letters stay clear, and it is a fifth of a PNG. */
const QUALITY = 0.85
/** It is downloaded with every look at the README. */
const MOST_BYTES = 400_000

/** Draws PNG files of one size into a WebP file, row by row, on nothing. Throws if it is larger than it may be. */
export async function makeContactSheet(context: BrowserContext, pictures: readonly string[], file: string): Promise<void> {
  const page = await context.newPage()
  try {
    const drawn = await page.evaluate(draw, {
      pictures: pictures.map((picture) => readFileSync(picture).toString('base64')),
      columns: COLUMNS,
      gap: GAP_PX,
      corner: CORNER_PX,
      quality: QUALITY,
    })
    writeFileSync(file, Buffer.from(drawn, 'base64'))
  } finally {
    await page.close()
  }
  const { size } = statSync(file)
  if (size > MOST_BYTES) throw new Error(`the contact sheet has ${size} bytes; it may have ${MOST_BYTES}`)
}

interface Sheet {
  readonly pictures: readonly string[]
  readonly columns: number
  readonly gap: number
  readonly corner: number
  readonly quality: number
}

/** Runs in a page. */
async function draw({ pictures, columns, gap, corner, quality }: Sheet): Promise<string> {
  const images = await Promise.all(
    pictures.map(async (picture) => {
      const image = new Image()
      image.src = `data:image/png;base64,${picture}`
      await image.decode()
      return image
    }),
  )
  const { width = 0, height = 0 } = images[0] ?? {}
  const canvas = document.createElement('canvas')
  canvas.width = columns * (width + gap) + gap
  canvas.height = Math.ceil(images.length / columns) * (height + gap) + gap
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('nothing can be drawn')
  for (const [at, image] of images.entries()) {
    context.save()
    context.translate(gap + (at % columns) * (width + gap), gap + Math.floor(at / columns) * (height + gap))
    context.beginPath()
    context.roundRect(0, 0, width, height, corner)
    context.clip()
    context.drawImage(image, 0, 0)
    // An edge that shows on a light and on a dark page.
    context.strokeStyle = 'rgb(128 128 128 / 50%)'
    context.lineWidth = 2
    context.stroke()
    context.restore()
  }
  return canvas.toDataURL('image/webp', quality).slice('data:image/webp;base64,'.length)
}
