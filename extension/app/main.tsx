import { render } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { ClientState, EngineClient } from '../client/engine-client.ts'

/** Where the app is shown: it decides the width it may take. */
export type Layout = 'popup' | 'panel' | 'options'

/** Shows the app in an element of a page. It lives as long as the page. */
export function mountApp(root: HTMLElement, client: EngineClient, layout: Layout): void {
  render(<EngineState client={client} layout={layout} />, root)
}

function EngineState({ client, layout }: { readonly client: EngineClient; readonly layout: Layout }) {
  const [state, setState] = useState<ClientState>(client.state())
  useEffect(() => client.subscribe(setState), [client])
  return (
    <main data-layout={layout}>
      <h1>Sotto</h1>
      <p role="status">{state.connection === 'connected' ? 'The engine is running.' : 'The engine is starting…'}</p>
    </main>
  )
}
