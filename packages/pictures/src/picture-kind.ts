import { latin1, startsWith } from './fields.ts'

/** Pictures that are drawn, and HEIC, which is known so that a person can be told why it is not. */
export type PictureKind = 'png' | 'jpeg' | 'gif' | 'webp' | 'avif' | 'heic'

const AVIF_BRANDS: readonly string[] = ['avif', 'avis']
/** ISO/IEC 23008-12 (HEIF), annexes B and E: pictures and sequences of HEVC, and those of any codec. */
const HEIC_BRANDS: readonly string[] = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs', 'mif1', 'msf1']

/** The brands of a file type box (ISO/IEC 14496-12 §4.3), as many as are in these bytes. */
function brandsOf(firstBytes: Uint8Array): readonly string[] {
  const length = new DataView(firstBytes.buffer, firstBytes.byteOffset, firstBytes.length).getUint32(0)
  const end = Math.min(length, firstBytes.length)
  const brands = [latin1(firstBytes.subarray(8, 12))]
  for (let at = 16; at + 4 <= end; at += 4) brands.push(latin1(firstBytes.subarray(at, at + 4)))
  return brands
}

/**
 * The kind of picture that a file begins as, whatever its name or media type says; `null` for all else, as SVG, HTML and PDF.
 * 64 bytes are enough for files that programs write; of AVIF and HEIC with more than a dozen brands, the whole of the first box is needed.
 */
export function pictureKind(firstBytes: Uint8Array): PictureKind | null {
  if (startsWith(firstBytes, '\x89PNG\r\n\x1a\n')) return 'png'
  if (startsWith(firstBytes, '\xff\xd8\xff')) return 'jpeg'
  if (startsWith(firstBytes, 'GIF87a') || startsWith(firstBytes, 'GIF89a')) return 'gif'
  if (startsWith(firstBytes, 'RIFF') && startsWith(firstBytes.subarray(8), 'WEBP')) return 'webp'
  if (firstBytes.length >= 12 && startsWith(firstBytes.subarray(4), 'ftyp')) {
    const brands = brandsOf(firstBytes)
    if (brands.some((brand) => AVIF_BRANDS.includes(brand))) return 'avif'
    if (brands.some((brand) => HEIC_BRANDS.includes(brand))) return 'heic'
  }
  return null
}
