/** Cleaned pictures where they are drawn: real browsers decode them to the pixels that they had, the same way up, in the same colours. */
import { join } from 'node:path'
import { toBase64url } from '@sotto/wire'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chunkOf, PNG_SIGNATURE, readPng } from '../../packages/pictures/src/png/read-png.ts'
import { fixture, indexOfText, PICTURES, withBytes } from '../../packages/pictures/src/testing/fixture.ts'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import { openPlainPage } from './plain-page.ts'
import type { PlainPage } from './plain-page.ts'
import type { PicturesPage } from './pictures-page.ts'

/** Drawn on their sides by the orientation that each keeps. */
const TURNED = ['baseline.jpg', 'progressive.jpg', 'cmyk.jpg', 'grey.jpg', 'turned.avif']
/** Frames, of those that have more than one. */
const FRAMES: Readonly<Record<string, number>> = { 'animated.png': 2, 'animated.webp': 3, 'animated.gif': 3 }
/** Firefox draws no AVIF that is a grid, however it was made. */
const NOT_DRAWN: Readonly<Record<string, readonly string[]>> = { firefox: ['grid.avif'] }

describe.each(wantedBrowsers())('in %s', (browser) => {
  let page: PlainPage

  beforeAll(async () => {
    page = await openPlainPage(browser, { entry: join(import.meta.dirname, 'pictures-page.ts'), quotaMib: 16 })
  })
  afterAll(() => page?.close())

  /** Calls a function of the page. */
  const call = async <N extends keyof PicturesPage>(name: N, ...values: Parameters<PicturesPage[N]>): Promise<Awaited<ReturnType<PicturesPage[N]>>> => {
    const given = values.map((value) => JSON.stringify(value)).join(', ')
    return (await page.evaluate(`picturesPage.${name}(${given})`)) as Awaited<ReturnType<PicturesPage[N]>>
  }

  const drawn = PICTURES.filter(({ name }) => NOT_DRAWN[browser]?.includes(name) !== true)

  it.each(drawn)('$name is drawn as before it was cleaned', async ({ name, removed }) => {
    const cleaned = await call('clean', toBase64url(fixture(name)))
    expect(cleaned.removed).toEqual(removed)
    expect(cleaned.after).toEqual(cleaned.before)
    const { width, height } = cleaned.before
    expect(cleaned.size).toMatchObject({ ok: true, ...(TURNED.includes(name) ? { width: height, height: width } : {}) })
    // The picture at rest, and each frame.
    if (browser === 'chromium') expect(cleaned.before.frames.length).toBe(1 + (FRAMES[name] ?? 1))
  })

  it('would see another way up, other colours or another pixel', async () => {
    const jpeg = fixture('baseline.jpg')
    const asItIs = await call('see', toBase64url(jpeg), 'jpeg')
    const orientationAt = indexOfText(jpeg, '\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06') + 9
    expect(await call('see', toBase64url(withBytes(jpeg, orientationAt, 1)), 'jpeg')).toMatchObject({ width: asItIs.height, height: asItIs.width })

    const png = fixture('transparent.png')
    const withoutProfile = Buffer.concat([PNG_SIGNATURE, ...readPng(png).chunks.flatMap(({ type, whole }) => (type === 'iCCP' ? [] : [whole]))])
    const coloured = await call('see', toBase64url(png), 'png')
    const colourless = await call('see', toBase64url(withoutProfile), 'png')
    expect(colourless).toMatchObject({ width: coloured.width, height: coloured.height })
    expect(colourless.frames[0]).not.toBe(coloured.frames[0])

    const palette = readPng(fixture('palette.png'))
    const changed = palette.chunks.map(({ type, data, whole }) => (type === 'PLTE' ? chunkOf(type, withBytes(data, 0, (data[0] ?? 0) ^ 1)) : whole))
    const [one, other] = [
      await call('see', toBase64url(fixture('palette.png')), 'png'),
      await call('see', toBase64url(Buffer.concat([PNG_SIGNATURE, ...changed])), 'png'),
    ]
    expect(other.frames[0]).not.toBe(one.frames[0])
  })
})
