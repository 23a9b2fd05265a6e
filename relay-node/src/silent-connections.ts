/** Ends connections on which nothing arrives any more: a live client pings, and a dead one takes up a place. */
import type { MultiaddrConnection } from '@libp2p/interface'

/** Aborts the connection once nothing has come on it for `silentMs`. */
export function endWhenSilent(connection: MultiaddrConnection, silentMs: number): void {
  const pipe = connection as unknown as { onData?: (data: unknown) => void }
  const onData = pipe.onData?.bind(connection)
  if (onData === undefined) throw new Error('@libp2p/utils has changed: its connections have no onData as we know it')
  const timer = setTimeout(() => connection.abort(new Error('nothing comes on the connection')), silentMs)
  pipe.onData = (data) => {
    timer.refresh()
    onData(data)
  }
  connection.addEventListener('close', () => clearTimeout(timer))
}
