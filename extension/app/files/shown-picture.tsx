/** A picture of a message: its thumbnail at once, and the picture itself once it is here and its bytes are looked at. */
import type { FileView } from '@sotto/engine/api'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { strings } from '../strings/index.ts'
import { bytesOf } from '../state/pictures.ts'
import type { FilePlace } from './file-place.ts'
import { PictureViewer } from './picture-viewer.tsx'
import { pictureType, thumbnailType } from './picture-type.ts'
import { useAddress } from './use-address.ts'

/** Sides of a picture in a conversation, CSS px. */
const MOST_PX = { width: 300, height: 320 } as const
/** Of a strip that is very long or high something is seen, CSS px. */
const LEAST_PX = 48
/** Larger files are shown when the person asks: all of one is in memory while it is drawn. */
const DRAWN_AT_ONCE_BYTES = 16 * 2 ** 20

type Picture = NonNullable<FileView['picture']>

/** The place that it takes, before anything of it is drawn. */
function boxOf({ width, height }: Pick<Picture, 'width' | 'height'>): { readonly width: string; readonly aspectRatio: string } {
  const scale = Math.min(1, MOST_PX.width / width, MOST_PX.height / height)
  const [wide, high] = [Math.max(LEAST_PX, Math.round(width * scale)), Math.max(LEAST_PX, Math.round(height * scale))]
  return { width: `${wide}px`, aspectRatio: `${wide} / ${high}` }
}

/** Its address; null: it is no picture. */
export const thumbnailAddress = ({ thumbnail }: Pick<Picture, 'thumbnail'>): string | null => {
  const type = thumbnail === '' ? null : thumbnailType(bytesOf(thumbnail))
  return type === null ? null : `data:${type};base64,${thumbnail.replaceAll('-', '+').replaceAll('_', '/')}`
}

interface ShownPictureProps {
  readonly place: FilePlace
  readonly file: FileView
  readonly picture: Picture
  /** null: the person of this device. */
  readonly author: string | null
  /** It is no picture that is drawn here. */
  readonly onOther: () => void
}

export function ShownPicture({ place, file, picture, author, onOther }: ShownPictureProps) {
  const [isOpen, setIsOpen] = useState(false)
  const isHere = file.state === 'here'
  const found = useAddress(place, file.sizeBytes, pictureType, isHere && (isOpen || file.sizeBytes <= DRAWN_AT_ONCE_BYTES))
  const thumbnail = useMemo(() => thumbnailAddress(picture), [picture.thumbnail])
  useEffect(() => {
    if (found?.kind === 'other') onOther()
  }, [found])
  const address = found?.kind === 'shown' ? found.address : null
  const name = author === null ? strings.pictureOfYours(file.name) : strings.pictureBy(author, file.name)
  const drawn = (
    <>
      {thumbnail === null ? null : <img class="picture-thumbnail" src={thumbnail} alt="" decoding="async" draggable={false} />}
      {address === null ? null : <img class="picture-whole" src={address} alt="" decoding="async" draggable={false} onError={onOther} />}
    </>
  )
  return (
    <>
      {isHere ? (
        <button type="button" class="picture-box" style={boxOf(picture)} aria-label={name} title={file.name} onClick={() => setIsOpen(true)}>
          {drawn}
        </button>
      ) : (
        <div class="picture-box" style={boxOf(picture)} role="img" aria-label={name}>
          {drawn}
        </div>
      )}
      {isOpen ? <PictureViewer place={place} file={file} found={found} label={name} onClose={() => setIsOpen(false)} /> : null}
    </>
  )
}
