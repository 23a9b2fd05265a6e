import { strings } from '../strings/index.ts'
import { IconButton } from './controls.tsx'

/** Beside a passphrase that is being typed: whether it is readable. */
export const ShowPassphrase = ({ shown, onToggle }: { readonly shown: boolean; readonly onToggle: () => void }) => (
  <IconButton name={strings.showPassphrase} icon={shown ? 'eyeOff' : 'eye'} pressed={shown} onClick={onToggle} />
)
