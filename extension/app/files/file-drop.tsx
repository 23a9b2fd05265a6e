/** Files may be dropped anywhere on a conversation. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { Icon } from '../parts/icons.tsx'
import { useApp } from '../state/app.ts'
import { strings } from '../strings/index.ts'
import { laterFiles } from './later-files.ts'

const hasFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') === true

/** Listens on the element that it is in. */
export function FileDrop({ group }: { readonly group: string }) {
  const app = useApp()
  const mark = useRef<HTMLDivElement>(null)
  const [isOver, setIsOver] = useState(false)
  useEffect(() => {
    const place = mark.current?.parentElement
    if (place == null) return
    const over = (event: DragEvent): void => {
      if (!hasFiles(event)) return
      // The browser would open the file in this page's place.
      event.preventDefault()
      setIsOver(true)
    }
    const leave = (event: DragEvent): void => {
      if (!(event.relatedTarget instanceof Node && place.contains(event.relatedTarget))) setIsOver(false)
    }
    const drop = (event: DragEvent): void => {
      setIsOver(false)
      const files = [...(event.dataTransfer?.files ?? [])]
      if (files.length === 0) return
      event.preventDefault()
      void laterFiles.get().then(({ attachFiles }) => attachFiles(app, group, files))
    }
    place.addEventListener('dragover', over)
    place.addEventListener('dragleave', leave)
    place.addEventListener('drop', drop)
    return () => {
      place.removeEventListener('dragover', over)
      place.removeEventListener('dragleave', leave)
      place.removeEventListener('drop', drop)
    }
  }, [group])
  return (
    <div class={isOver ? 'file-drop file-drop-over' : 'file-drop'} ref={mark} aria-hidden={!isOver}>
      {isOver ? (
        <>
          <Icon name="attach" size={32} />
          <p>{strings.dropFilesNow}</p>
        </>
      ) : null}
    </div>
  )
}
