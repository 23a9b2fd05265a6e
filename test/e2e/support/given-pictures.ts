/** Pictures that stories give to a page. */
import { crc32, deflateSync } from 'node:zlib'
import type { AppPage } from '../../fixtures/browser-profile.ts'

/** A photo of noise, drawn in the page, with a place and a camera in it. base64. */
export const photo = (page: AppPage): Promise<string> =>
  page.evaluate(async () => {
    const canvas = document.createElement('canvas')
    canvas.width = 640
    canvas.height = 480
    const context = canvas.getContext('2d')
    if (context === null) throw new Error('no canvas')
    for (let i = 0; i < 300; i++) {
      context.fillStyle = `hsl(${(i * 47) % 360} 60% 50%)`
      context.fillRect((i * 83) % 640, (i * 61) % 480, 90, 60)
    }
    const drawn = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.9))
    const bytes = new Uint8Array(await (drawn ?? new Blob()).arrayBuffer())
    // TIFF: a maker, and a directory of a position with its reference.
    const ascii = (text: string): number[] => Array.from(text, (char) => char.charCodeAt(0))
    const tiff = [
      ...ascii('MM\0*'),
      0,
      0,
      0,
      8,
      0,
      2,
      1,
      15,
      0,
      2,
      0,
      0,
      0,
      4,
      ...ascii('Ace\0'),
      136,
      37,
      0,
      4,
      0,
      0,
      0,
      1,
      0,
      0,
      0,
      38,
      0,
      0,
      0,
      0,
      0,
      1,
      0,
      1,
      0,
      2,
      0,
      0,
      0,
      2,
      ...ascii('N\0'),
      0,
      0,
      0,
      0,
      0,
      0,
    ]
    const body = [...ascii('Exif\0\0'), ...tiff]
    const segment = [0xff, 0xe1, (body.length + 2) >> 8, (body.length + 2) & 255, ...body]
    return btoa(String.fromCharCode(...bytes.subarray(0, 2), ...segment) + Array.from(bytes.subarray(2), (byte) => String.fromCharCode(byte)).join(''))
  }, null)

/** A screenshot, base64. */
export const screenshot = (page: AppPage): Promise<string> =>
  page.evaluate(() => {
    const canvas = document.createElement('canvas')
    canvas.width = 320
    canvas.height = 200
    const context = canvas.getContext('2d')
    if (context === null) throw new Error('no canvas')
    context.fillStyle = '#136f63'
    context.fillRect(20, 20, 200, 100)
    return canvas.toDataURL('image/png').split(',')[1] ?? ''
  }, null)

/** A PNG of 60,000 by 60,000 pixels in a few bytes: 14 GB for what decodes it. */
export function bomb(): Buffer {
  const chunk = (type: string, body: Buffer): Buffer => {
    const content = Buffer.concat([Buffer.from(type, 'latin1'), body])
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(body.length)
    sum.writeUInt32BE(crc32(content))
    return Buffer.concat([length, content, sum])
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(60_000, 0)
  header.writeUInt32BE(60_000, 4)
  header[8] = 8
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(60_001))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}
