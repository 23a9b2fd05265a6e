/**
 * A part of the app that is loaded later did not come: its file was replaced by an update, or the browser could not read it. The page
 * is loaded again, since a browser may not ask twice for a file that it did not get. What was typed is kept, and the address says where.
 */
import { strings } from '../strings/index.ts'
import { Button, Empty } from './controls.tsx'
import { Icon } from './icons.tsx'

export const CouldNotLoad = ({ reload = () => location.reload() }: { readonly reload?: () => void }) => (
  <div role="alert">
    <Empty icon={<Icon name="warning" size={32} />} title={strings.couldNotLoadTitle} text={strings.couldNotLoadText}>
      <Button look="primary" wide onClick={reload}>
        {strings.tryAgain}
      </Button>
    </Empty>
  </div>
)
