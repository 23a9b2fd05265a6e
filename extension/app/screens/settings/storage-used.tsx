/** How much is stored here, and whether the browser keeps it when space runs short. */
import { useEffect, useState } from 'preact/hooks'
import type { StorageFacts } from '../../../client/platform.ts'
import { Button } from '../../parts/controls.tsx'
import { useApp } from '../../state/app.ts'
import { locale, strings } from '../../strings/index.ts'
import { shownSize } from '../../text/sizes.ts'

export function StorageUsed() {
  const app = useApp()
  const [facts, setFacts] = useState<StorageFacts | null>(null)
  const look = () => app.platform.storage().then(setFacts, () => setFacts(null))
  useEffect(() => {
    void look()
  }, [])
  if (facts === null) return null
  return (
    <div class="card action-row">
      <div>
        <p>{strings.storageUsed(shownSize(locale, facts.usedBytes))}</p>
        <p class="hint">{facts.isKept ? strings.storageKept : strings.storageNotKept}</p>
      </div>
      {facts.isKept ? null : <Button onClick={() => void app.platform.askToKeep().then(look, look)}>{strings.storageAsk}</Button>}
    </div>
  )
}
