/**
 * Whom libp2p's own protocols answer. A part of libp2p registers its protocol for every peer that is connected, and with a
 * relay between them that is every peer there is. Here such a part gets a registrar that lets others' streams end unread.
 */
import type { Connection, Stream, StreamHandler, StreamHandlerOptions } from '@libp2p/interface'

/** What a part of libp2p is made of, as far as it matters here. */
interface Components {
  readonly registrar: {
    readonly handle: (protocol: string, handler: StreamHandler, options?: StreamHandlerOptions) => Promise<void>
  }
}

/** Makes a part whose protocols answer only on connections for which `mayAsk` holds when the stream comes. */
export const answerOnly =
  <C extends Components, R>(mayAsk: (connection: Connection) => boolean, create: (components: C) => R) =>
  (components: C): R =>
    create(withRegistrar(components, guarded(components.registrar, mayAsk)))

function guarded<G extends Components['registrar']>(registrar: G, mayAsk: (connection: Connection) => boolean): G {
  const handle: G['handle'] = (protocol, handler, options) => {
    const guard = (stream: Stream, connection: Connection): void | Promise<void> => {
      if (mayAsk(connection)) return handler(stream, connection)
      stream.abort(new Error('not answered on this connection'))
    }
    return registrar.handle(protocol, guard, options)
  }
  return Object.create(registrar, { handle: { value: handle } }) as G
}

/** libp2p's components are looked up when they are used: some are made later than the part. */
const withRegistrar = <C extends Components>(components: C, registrar: C['registrar']): C =>
  new Proxy(components, { get: (target, name): unknown => (name === 'registrar' ? registrar : Reflect.get(target, name)) })
