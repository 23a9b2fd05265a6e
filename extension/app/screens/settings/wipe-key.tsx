/** The keyboard command that deletes everything: which keys it has, and where the browser lets one choose them. */
import { useEffect, useState } from 'preact/hooks'
import { Button } from '../../parts/controls.tsx'
import type { WipeKey } from '../../state/page.ts'
import { strings } from '../../strings/index.ts'

export function WipeKeyChoice({ wipeKey }: { readonly wipeKey: WipeKey }) {
  const [keys, setKeys] = useState('')
  useEffect(() => {
    const read = () => void wipeKey.read().then(setKeys)
    read()
    // Keys are chosen in another tab.
    addEventListener('focus', read)
    return () => removeEventListener('focus', read)
  }, [])
  return (
    <div class="card action-row">
      <p>{keys === '' ? strings.wipeKeyNone : strings.wipeKeyIs(keys)}</p>
      <Button icon="key" onClick={wipeKey.choose}>
        {strings.wipeKeyChoose}
      </Button>
    </div>
  )
}
