/** Bob reads Alice's safety code with his camera. Chromium's is fed with a picture; Firefox has none here, and Bob is told so. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'
import { makeTemporaryFolder } from '../fixtures/temporary-folder.ts'
import { LONG_PATIENCE_MS } from '../fixtures/wait-until.ts'
import { type Member, meet, startMember } from './support/group-of-browsers.ts'

/** Of the film, px. */
const SIDE = 640
const button = (name: string) => ({ role: 'button', name }) as const

describe.each(wantedBrowsers())('Bob with the camera of %s', (browser) => {
  const folder = makeTemporaryFolder('camera')
  const film = join(folder.path, 'film.y4m')
  let relay: RelayProcess
  let alice: Member
  let bob: Member

  beforeAll(async () => {
    relay = await startRelay()
    const camera = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', `--use-file-for-fake-video-capture=${film}`]
    ;[alice, bob] = await Promise.all([startMember('chromium', 'Alice'), startMember(browser, 'Bob', null, { flags: camera })])
    await meet(relay, bob, [alice])
    for (const [by, whom] of [
      [alice, 'Bob'],
      [bob, 'Alice'],
    ] as const) {
      await by.page().click({ role: 'link', nameIncludes: 'Desk' })
      await by.page().click(button('Members'))
      await by.page().click({ role: 'link', name: whom })
    }
    await alice.page().waitFor({ role: 'img', name: 'Safety code for Bob' })
    writeFileSync(film, filmOf(Buffer.from(await alice.page().evaluate(drawnCode, SIDE), 'base64')))
    await bob.page().click(button('Read their code'))
    await bob.page().click(button('Use the camera'))
  })
  afterAll(async () => {
    for (const each of [alice, bob]) await each?.profile.remove()
    await relay?.remove()
    folder.remove()
  })

  it.runIf(browser === 'chromium')('is told that it fits, and the camera stops', async () => {
    await bob.page().waitForText('It fits: this is Alice, and now marked as verified.', { withinMs: LONG_PATIENCE_MS })
    await bob.page().waitFor(button('Use the camera'))
    await bob.page().waitFor(button('Take back “verified”'))
  })

  it.runIf(browser === 'firefox')('is told that there is none, and what to do instead', async () => {
    await bob.page().waitForText(/(No camera was found|The browser gave no camera).*choose a picture/i)
  })
})

/** Runs in a page: how bright each point of the code that it shows is, in base64. */
async function drawnCode(side: number): Promise<string> {
  const code = document.querySelector('svg.qr')
  if (code === null) throw new Error('no code is shown')
  const image = new Image()
  image.src = `data:image/svg+xml;base64,${btoa(new XMLSerializer().serializeToString(code))}`
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = side
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('nothing can be drawn')
  context.drawImage(image, 0, 0, side, side)
  const { data } = context.getImageData(0, 0, side, side)
  let points = ''
  for (let at = 0; at < data.length; at += 4) points += String.fromCharCode(16 + Math.round(((data[at] ?? 0) * 219) / 255))
  return btoa(points)
}

/** A picture as a film in YUV4MPEG2. */
function filmOf(brightness: Buffer): Buffer {
  const frame = Buffer.concat([Buffer.from('FRAME\n'), brightness, Buffer.alloc((SIDE * SIDE) / 2, 128)])
  return Buffer.concat([Buffer.from(`YUV4MPEG2 W${SIDE} H${SIDE} F10:1 Ip A1:1 C420jpeg\n`), ...Array.from({ length: 10 }, () => frame)])
}
