/** How far a file is that is not whole here, and what may be done about it. */
import type { ComingFileView, EngineRequest, FileView } from '@sotto/engine/api'
import { useRef, useState } from 'preact/hooks'
import { IconButton } from '../parts/controls.tsx'
import { groupOf, useApp } from '../state/app.ts'
import { locale, strings } from '../strings/index.ts'
import { shownSize } from '../text/sizes.ts'
import { roughSpan } from '../text/times.ts'
import type { FilePlace } from './file-place.ts'
import { startPace } from './time-left.ts'

interface FileStateProps {
  readonly place: FilePlace
  readonly file: FileView
  /** null: the person of this device. */
  readonly author: string | null
}

const soFar = (bytesHere: number, sizeBytes: number): string => strings.fileSoFar(shownSize(locale, bytesHere), shownSize(locale, sizeBytes))

/** What is said of one that comes. */
function comingText(coming: ComingFileView, author: string | null, leftMs: number | null): string {
  const { bytesHere, sizeBytes, sources, isAtRelay, trouble } = coming
  if (trouble !== null) return trouble === 'full' ? strings.fileDiskFull : strings.fileDiskFailed
  if (sources === 0 && !isAtRelay) return author === null ? strings.fileWaitsForAnybody : strings.fileWaitsFor(author)
  return leftMs === null ? soFar(bytesHere, sizeBytes) : `${soFar(bytesHere, sizeBytes)} · ${strings.fileTimeLeft(roughSpan(locale, leftMs))}`
}

export function FileState({ place, file, author }: FileStateProps) {
  const app = useApp()
  const pace = useRef(startPace())
  const [error, setError] = useState<string | null>(null)
  const ask = async (...kinds: readonly Extract<EngineRequest, FilePlace & { readonly kind: `${string}File` }>['kind'][]) => {
    setError(null)
    for (const kind of kinds) {
      const request = kind === 'readFile' ? null : ({ kind, ...place } as const)
      const answer = request === null ? null : await app.request(request)
      if (answer?.ok === false) return setError(answer.sentence)
    }
  }
  const { name, sizeBytes } = file
  const coming = groupOf(app, place.group)?.coming.find(({ message, number }) => message === place.message && number === place.number)
  const isComing = file.state === 'coming' || coming !== undefined
  const bytesHere = coming?.bytesHere ?? file.bytesHere
  const leftMs = coming === undefined ? null : pace.current.leftMs(bytesHere, sizeBytes, Date.now())
  const text = (): string => {
    if (coming !== undefined) return comingText(coming, author, leftMs)
    switch (file.state) {
      case 'paused':
        return strings.filePaused(soFar(bytesHere, sizeBytes))
      case 'cancelled':
        return strings.fileNotKept
      case 'gone':
        return strings.fileGone
      case 'coming':
      case 'waiting':
      case 'here':
        return soFar(bytesHere, sizeBytes)
    }
  }
  return (
    <div class="file-state">
      {isComing || file.state === 'paused' ? (
        <progress class="file-progress" aria-label={strings.fileProgress(name)} max={Math.max(1, sizeBytes)} value={bytesHere} />
      ) : null}
      <div class="file-state-line">
        <span class="file-said">{file.state === 'waiting' ? shownSize(locale, sizeBytes) : text()}</span>
        <span class="file-buttons">
          {coming?.trouble == null ? null : <IconButton name={strings.fileTryAgain(name)} icon="again" onClick={() => void ask('pauseFile', 'fetchFile')} />}
          {isComing ? <IconButton name={strings.filePause(name)} icon="pause" onClick={() => void ask('pauseFile')} /> : null}
          {file.state === 'paused' && !isComing ? <IconButton name={strings.fileGoOn(name)} icon="play" onClick={() => void ask('fetchFile')} /> : null}
          {isComing || file.state === 'paused' ? <IconButton name={strings.fileStop(name)} icon="close" onClick={() => void ask('cancelFile')} /> : null}
          {file.state === 'waiting' || file.state === 'cancelled' ? (
            <IconButton name={strings.fileFetch(name)} icon="save" onClick={() => void ask('fetchFile')} />
          ) : null}
        </span>
      </div>
      {error === null ? null : (
        <p class="file-note" role="alert">
          {error}
        </p>
      )}
    </div>
  )
}
