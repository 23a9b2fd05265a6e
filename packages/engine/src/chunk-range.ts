/** What every adapter of the chunk store refuses alike: a name could else lead out of its folder. */

const FILE_NAME = /^[0-9a-f]{32}$/

/** Whether this is the name of a file in a chunk store. */
export const isFileName = (name: string): boolean => FILE_NAME.test(name)

/** Throws `RangeError` where there can be no such file, offset or length. */
export function assertChunkRange(file: string, offset = 0, length = 0): void {
  if (!isFileName(file)) throw new RangeError('not the name of a file')
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0 || !Number.isSafeInteger(offset + length))
    throw new RangeError('no place in a file')
}
