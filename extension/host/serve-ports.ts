/**
 * The engine's side of the pages' ports: requests in, replies and the view out.
 *
 * Every port has revisions of its own, because ports open at different times. A message that is not one of the union is
 * answered with `badRequest` if it carries an id, and otherwise dropped.
 */
import type { EngineApi, EngineReply, EngineView } from '@sotto/engine/api'
import { ENGINE_PORT, type EngineInstance, type MessagePort, type ToPage, isToEngine } from '../client/engine-port.ts'
import { diffView } from '../client/view-patch.ts'

/** A port as the engine's page receives it: with its name and its sender. */
export interface IncomingPort extends MessagePort {
  readonly name: string
  readonly sender?: PortSender | undefined
}

interface PortSender {
  readonly id?: string | undefined
  readonly url?: string | undefined
}

/** This extension, to tell its pages from others. */
export interface OwnExtension {
  /** `runtime.id` */
  readonly id: string
  /** `runtime.getURL('')`: the origin of our pages with a slash. */
  readonly baseUrl: string
}

/** Whether a sender is a page of this extension. */
export const isOwnPage = (sender: PortSender | undefined, own: OwnExtension): boolean =>
  sender !== undefined && sender.id === own.id && sender.url?.startsWith(own.baseUrl) === true

/** Takes a port from `runtime.onConnect`: serves our pages and refuses all others. */
export type PortServer = (port: IncomingPort) => void

/** Serves an engine to the pages. `engine` names this life of it. */
export function servePorts(api: EngineApi, engine: EngineInstance, own: OwnExtension): PortServer {
  return (port) => {
    if (port.name !== ENGINE_PORT || !isOwnPage(port.sender, own)) {
      port.disconnect()
      return
    }
    servePage(api, engine, port)
  }
}

function servePage(api: EngineApi, engine: EngineInstance, port: MessagePort): void {
  let open = true
  let revision = 0
  let shown: EngineView | null = null

  const tell = (message: ToPage): void => {
    if (open) port.postMessage(message)
  }
  const show = (view: EngineView): void => {
    const before = shown
    shown = view
    if (before === null) {
      tell({ kind: 'view', revision, view })
      return
    }
    const patch = diffView(before, view)
    if (patch.length > 0) tell({ kind: 'patch', revision: ++revision, patch })
  }

  tell({ kind: 'welcome', engine })
  const stop = api.subscribe(show)

  port.onDisconnect.addListener(() => {
    open = false
    stop()
  })
  port.onMessage.addListener((message) => {
    if (!isToEngine(message)) {
      const id = idOf(message)
      if (id !== null) tell({ kind: 'reply', id, reply: { ok: false, rejection: { code: 'badRequest', numbers: {} } } })
      return
    }
    switch (message.kind) {
      case 'request':
        void api
          .request(message.request)
          // A failing engine has no other way to report: no page may wait for ever.
          .catch((): EngineReply => ({ ok: false, rejection: { code: 'badRequest', numbers: {} } }))
          .then((reply) => tell({ kind: 'reply', id: message.id, reply }))
        return
      case 'resync':
        if (shown !== null) tell({ kind: 'view', revision, view: shown })
        return
    }
  })
}

/** The id of an otherwise invalid message, so that its sender does not wait for ever. */
function idOf(message: unknown): number | null {
  if (typeof message !== 'object' || message === null || !('id' in message)) return null
  return typeof message.id === 'number' && Number.isSafeInteger(message.id) ? message.id : null
}
