/** Writing a range of a file so that it is all there or nothing changed, on the calls that a file of a disk and one of a browser both have. */

/** An open file. Offsets and lengths in bytes. A browser's answer at once, a disk's later. */
export interface PositionalFile {
  readonly size: () => number | Promise<number>
  /** Fills the buffer as far as the file goes; returns how many bytes it read, perhaps fewer than there are. */
  readonly readAt: (buffer: Uint8Array, offset: number) => number | Promise<number>
  /** Returns how many bytes it took. */
  readonly writeAt: (bytes: Uint8Array, offset: number) => number | Promise<number>
  readonly truncate: (bytes: number) => void | Promise<void>
  /** Makes everything durable. */
  readonly flush: () => void | Promise<void>
}

/** Writes all of it, durably. Rejects with what the disk said, and the file is as it was then. */
export async function writeWhole(file: PositionalFile, offset: number, bytes: Uint8Array): Promise<void> {
  const size = await file.size()
  const before = await readUpTo(file, offset, Math.min(bytes.length, Math.max(0, size - offset)))
  try {
    await writeAll(file, offset, bytes)
    await file.flush()
  } catch (error) {
    // What is there takes no room to write again, and neither do zeros where a hole stayed one.
    await writeAll(file, offset, before).catch(() => undefined)
    await file.truncate(size)
    throw error
  }
}

/** The bytes there, fewer where the file ends before. */
export async function readUpTo(file: PositionalFile, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const there = Math.max(0, Math.min(length, (await file.size()) - offset))
  const bytes = new Uint8Array(there)
  let read = 0
  while (read < there) {
    const more = await file.readAt(bytes.subarray(read), offset + read)
    if (more === 0) break
    read += more
  }
  return bytes.subarray(0, read)
}

async function writeAll(file: PositionalFile, offset: number, bytes: Uint8Array): Promise<void> {
  let written = 0
  while (written < bytes.length) {
    const more = await file.writeAt(bytes.subarray(written), offset + written)
    if (more === 0) throw new DOMException('the file took only a part', 'QuotaExceededError')
    written += more
  }
}
