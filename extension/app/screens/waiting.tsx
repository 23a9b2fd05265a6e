/** The screens while the engine starts and opens the stored data. */
import { useEffect, useState } from 'preact/hooks'
import { Mark } from '../parts/icons.tsx'
import { strings } from '../strings/index.ts'

/** After this long a wait gets a second sentence, ms. */
const LONG_WAIT_MS = 4000

function Waiting({ title, text }: { readonly title: string; readonly text: string | null }) {
  return (
    <main class="entry">
      <div class="entry-inner entry-waiting" role="status">
        <Mark size={56} />
        <h1>{title}</h1>
        <div class="progress" aria-hidden="true" />
        <p>{text ?? '\u00a0'}</p>
      </div>
    </main>
  )
}

export function Starting() {
  const [long, setLong] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), LONG_WAIT_MS)
    return () => clearTimeout(timer)
  }, [])
  return <Waiting title={strings.starting} text={long ? strings.startingLong : null} />
}

export const Opening = () => <Waiting title={strings.opening} text={strings.openingHint} />
