/** Writing ranges of a file so that they are all there or nothing changed, on the calls that a file of a disk and one of a browser both have. */

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

export interface Range {
  readonly offset: number
  readonly bytes: Uint8Array
}

/** Writes all of them in their order, durably, with one flush. Rejects with what the disk said, and the file is as it was then. */
export async function writeWhole(file: PositionalFile, ranges: readonly Range[]): Promise<void> {
  const size = await file.size()
  /** The last one first: what two of them wrote is undone in that order. */
  const before: Range[] = []
  try {
    for (const { offset, bytes } of ranges) {
      before.unshift({ offset, bytes: await readUpTo(file, offset, bytes.length) })
      await writeAll(file, offset, bytes)
    }
    await file.flush()
  } catch (error) {
    // What is there takes no room to write again, and neither do zeros where a hole stayed one.
    for (const { offset, bytes } of before) await writeAll(file, offset, bytes).catch(() => undefined)
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
