/** A sound of a message, which plays in its card. */
import type { FileView } from '@sotto/engine/api'
import { useLayoutEffect, useState } from 'preact/hooks'
import { Button } from '../parts/controls.tsx'
import { strings } from '../strings/index.ts'
import type { TypeOf } from './type-of.ts'
import type { FilePlace } from './file-place.ts'
import { soundType } from './sound-type.ts'
import { useAddress } from './use-address.ts'

/** All of it is in memory while it plays; longer ones can be saved. */
const PLAYED_BYTES = 64 * 2 ** 20

const SOUND: TypeOf = { first: soundType, whole: soundType }

interface SoundProps {
  readonly place: FilePlace
  readonly file: FileView
  readonly onSized: () => void
}

export function Sound({ place, file, onSized }: SoundProps) {
  const [isWanted, setIsWanted] = useState(false)
  const [isNone, setIsNone] = useState(false)
  const found = useAddress(place, file.sizeBytes, SOUND, isWanted)
  useLayoutEffect(onSized, [found, isNone])
  if (file.sizeBytes > PLAYED_BYTES) return null
  if (isNone || found?.kind === 'other') return <p class="file-note">{strings.fileNoSound}</p>
  if (found?.kind === 'unread') return <p class="file-note">{found.sentence}</p>
  if (found !== null)
    return <audio class="file-sound" src={found.address} controls autoPlay aria-label={strings.fileSound(file.name)} onError={() => setIsNone(true)} />
  return (
    <div class="file-state-line">
      <Button icon="play" busy={isWanted} onClick={() => setIsWanted(true)}>
        {strings.filePlay}
      </Button>
    </div>
  )
}
