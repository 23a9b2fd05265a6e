/** What is forwarded to a conversation and waits for its files: each is sealed again for those who read here. */
import type { PassingOnView } from '@sotto/engine/api'
import { useState } from 'preact/hooks'
import { ErrorLine, IconButton } from '../parts/controls.tsx'
import { Icon } from '../parts/icons.tsx'
import { useApp } from '../state/app.ts'
import { strings } from '../strings/index.ts'

const TROUBLE: { readonly [T in NonNullable<PassingOnView['trouble']>]: string } = {
  gone: strings.passingOnGone,
  full: strings.passingOnFull,
  failed: strings.passingOnFailed,
}

interface PassingOnProps {
  readonly group: string
  readonly passingOn: readonly PassingOnView[]
}

export function PassingOn({ group, passingOn }: PassingOnProps) {
  const app = useApp()
  const [error, setError] = useState<string | null>(null)
  if (passingOn.length === 0) return null
  const end = async (as: string) => {
    const answer = await app.request({ kind: 'endPassingOn', group, as })
    setError(answer.ok || answer.code === 'unknownFile' ? null : answer.sentence)
  }
  return (
    <div class="attachments-place">
      <ErrorLine error={error} />
      <ul class="attachments" aria-label={strings.passingOn}>
        {passingOn.map(({ as, files, sizeBytes, storedBytes, trouble }) => (
          <li key={as} class="attachment">
            <span class="file-icon">
              <Icon name={trouble === null ? 'forward' : 'warning'} size={24} />
            </span>
            <div class="file-about">
              <span>{strings.passingOnFiles(files)}</span>
              <span class="file-facts" role="status">
                {trouble === null ? strings.attachmentStoring(Math.floor((100 * storedBytes) / Math.max(1, sizeBytes))) : TROUBLE[trouble]}
              </span>
            </div>
            <IconButton name={trouble === null ? strings.passingOnEnd : strings.passingOnSeen} icon="close" onClick={() => void end(as)} />
          </li>
        ))}
      </ul>
    </div>
  )
}
