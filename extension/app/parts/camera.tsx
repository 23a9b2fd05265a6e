/** Looks for a code through the camera, until it finds one or the person stops it. Pictures stay in this page. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { strings } from '../strings/index.ts'
import { Button, ErrorLine } from './controls.tsx'
import { readFrame } from './read-picture.ts'

/** Between two looks, ms: a look takes a part of that, and the page stays quick. A guess. */
const LOOK_MS = 300

const failureOf = (fault: unknown): string =>
  fault instanceof DOMException && (fault.name === 'NotFoundError' || fault.name === 'OverconstrainedError') ? strings.cameraNone : strings.cameraRefused

function Looking({ onCode, onFail }: { readonly onCode: (text: string) => void; readonly onFail: (sentence: string) => void }) {
  const video = useRef<HTMLVideoElement>(null)
  useEffect(() => {
    let isOpen = true
    let stream: MediaStream | null = null
    const stop = () => stream?.getTracks().forEach((track) => track.stop())
    const look = async (): Promise<void> => {
      for (;;) {
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
        if (!isOpen) return
        const text = video.current === null ? null : await readFrame(video.current)
        if (text === null) continue
        if (isOpen) onCode(text)
        return
      }
    }
    const begin = async (): Promise<void> => {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false })
      if (!isOpen || video.current === null) return stop()
      video.current.srcObject = stream
      await video.current.play()
      await look()
    }
    begin().catch((fault: unknown) => {
      if (isOpen) onFail(failureOf(fault))
    })
    return () => {
      isOpen = false
      stop()
    }
  }, [])
  return (
    <>
      <video ref={video} class="camera" muted playsInline aria-label={strings.cameraPicture} />
      <p role="status">{strings.cameraLooks}</p>
    </>
  )
}

/** A button that opens the camera, where this browser has any. */
export function Camera({ onCode }: { readonly onCode: (text: string) => void }) {
  const [open, setOpen] = useState(false)
  const [error, setError] = useState<string | null>(null)
  if (navigator.mediaDevices === undefined) return null
  return (
    <div class="camera-place">
      {open ? (
        <Looking
          onCode={(text) => {
            setOpen(false)
            onCode(text)
          }}
          onFail={(sentence) => {
            setOpen(false)
            setError(sentence)
          }}
        />
      ) : null}
      <Button
        icon="camera"
        wide
        onClick={() => {
          setError(null)
          setOpen(!open)
        }}
      >
        {open ? strings.cameraStop : strings.cameraStart}
      </Button>
      <ErrorLine error={error} />
    </div>
  )
}
