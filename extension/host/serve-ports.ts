/**
 * The engine's side of the pages' ports: requests in, replies and the view out.
 *
 * Every port has revisions of its own, because ports open at different times. A message that is not one of the union is
 * answered with `badRequest` if it carries an id, and otherwise dropped.
 */
import type { EngineApi, EngineReply, EngineView } from '@sotto/engine/api'
import { ENGINE_PORT, type EngineInstance, type MessagePort, type ToPage, isToEngine } from '../client/engine-port.ts'
import { diffView } from '../client/view-patch.ts'
import { isOwnPage, type OwnExtension } from './own-extension.ts'

/** A port as the engine's page receives it: with its name and its sender. */
export interface IncomingPort extends MessagePort {
  readonly name: string
  readonly sender?: PortSender | undefined
}

interface PortSender {
  readonly id?: string | undefined
  readonly url?: string | undefined
}

export interface PortServer {
  /** Takes a port from `runtime.onConnect`: serves our pages and refuses all others. */
  readonly serve: (port: IncomingPort) => void
  /** Whether a person looks at that conversation on one of the pages. */
  readonly isShown: (group: string) => boolean
  /** Sends a person's page to a conversation (null: only forward). False if none is open: the next one goes, if it comes soon. */
  readonly go: (group: string | null) => boolean
}

/** One page that is open. */
interface ServedPage {
  /** The app in a panel or tab. A popup closes as soon as the person does anything beside it, and the options show nothing else. */
  readonly isLasting: boolean
  readonly tell: (message: ToPage) => void
  shows: string | null
}

/** How long a page may take to open: a person who opens one later wanted something else. A guess. */
const OPENS_WITHIN_MS = 30_000

/** Serves an engine to the pages. `engine` names this life of it. */
export function servePorts(api: EngineApi, engine: EngineInstance, own: OwnExtension, nowMs: () => number = Date.now): PortServer {
  const pages = new Set<ServedPage>()
  let going: { readonly group: string | null; readonly untilMs: number } | null = null
  return {
    serve: (port) => {
      if (port.name !== ENGINE_PORT || !isOwnPage(port.sender, own)) {
        port.disconnect()
        return
      }
      const page: ServedPage = {
        isLasting: port.sender?.url?.startsWith(`${own.baseUrl}sidepanel.html`) === true,
        shows: null,
        tell: (message) => {
          if (pages.has(page)) port.postMessage(message)
        },
      }
      pages.add(page)
      servePage(api, engine, port, page, () => pages.delete(page))
      if (going !== null && nowMs() < going.untilMs) page.tell({ kind: 'go', group: going.group })
      going = null
    },
    isShown: (group) => [...pages].some(({ shows }) => shows === group),
    go: (group) => {
      const page = [...pages].findLast(({ isLasting }) => isLasting)
      going = page === undefined ? { group, untilMs: nowMs() + OPENS_WITHIN_MS } : null
      page?.tell({ kind: 'go', group })
      return page !== undefined
    },
  }
}

function servePage(api: EngineApi, engine: EngineInstance, port: MessagePort, page: ServedPage, closed: () => void): void {
  let revision = 0
  let shown: EngineView | null = null
  const { tell } = page

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
    closed()
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
      case 'showing':
        page.shows = message.group
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
