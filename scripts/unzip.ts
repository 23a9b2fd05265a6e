/** Reads the files of a zip archive, as the bundler writes them: stored or deflated, without encryption and below 4 GiB. */
import { inflateRawSync } from 'node:zlib'

const END_OF_DIRECTORY = 0x06054b50
const DIRECTORY_ENTRY = 0x02014b50
const END_BYTES = 22

/** Name and content of each file, in the archive's order. Throws if it is none. */
export function unzip(archive: Buffer): readonly (readonly [name: string, content: Buffer])[] {
  let end = archive.length - END_BYTES
  while (end >= 0 && archive.readUInt32LE(end) !== END_OF_DIRECTORY) end--
  if (end < 0) throw new Error('this is no zip archive')
  const files: [string, Buffer][] = []
  let at = archive.readUInt32LE(end + 16)
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    if (archive.readUInt32LE(at) !== DIRECTORY_ENTRY) throw new Error('the directory of the zip archive is damaged')
    const isStored = archive.readUInt16LE(at + 10) === 0
    const packedBytes = archive.readUInt32LE(at + 20)
    const [nameBytes, extraBytes, commentBytes] = [archive.readUInt16LE(at + 28), archive.readUInt16LE(at + 30), archive.readUInt16LE(at + 32)]
    const name = archive.toString('utf8', at + 46, at + 46 + nameBytes)
    const local = archive.readUInt32LE(at + 42)
    const from = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28)
    const packed = archive.subarray(from, from + packedBytes)
    if (!name.endsWith('/')) files.push([name, isStored ? Buffer.from(packed) : inflateRawSync(packed)])
    at += 46 + nameBytes + extraBytes + commentBytes
  }
  return files
}
