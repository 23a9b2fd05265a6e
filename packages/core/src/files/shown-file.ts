/** What a file's author says of it, as far as it can be (PROTOCOL §14.7, §13.68): nothing of it is believed about the bytes themselves. */
import { fileNameFrom, LIMITS, mediaTypeFrom } from '@sotto/wire'
import type { ShownFile } from '../state/tables/files.ts'

/** A file as it is shown. */
export const shownFileFrom = ({ name, mediaType, sizeBytes, picture }: ShownFile): ShownFile => ({
  name: fileNameFrom(name),
  mediaType: mediaTypeFrom(mediaType),
  sizeBytes,
  picture: picture === null ? null : pictureFrom(picture),
})

/** null: no picture has these dimensions, or so large a thumbnail. */
export function pictureFrom({ width, height, thumbnail }: NonNullable<ShownFile['picture']>): ShownFile['picture'] {
  const isOne = [width, height].every((side) => Number.isInteger(side) && side > 0 && side < 2 ** 16) && width * height <= LIMITS.picturePixelsInAll
  return isOne && thumbnail.length <= LIMITS.thumbnailBytes ? { width, height, thumbnail } : null
}
