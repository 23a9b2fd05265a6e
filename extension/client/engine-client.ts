/**
 * The engine as a page sees it: a view that follows it, requests with one answer each, and a connection that is
 * re-established whenever the engine's page went away. The page never holds more than this view.
 */
import type { EngineReply, EngineRequest, EngineView, Rejection } from '@sotto/engine/api'
import { ENGINE_PORT, type EngineInstance, type MessagePort, type ToEngine, isToPage } from './engine-port.ts'
import { applyPatch } from './view-patch.ts'

/**
 * `connecting`: at first, and whenever the engine went away. `view` is then the last one received, perhaps out of date.
 * `connected`: `view` follows the engine.
 */
export type ClientState =
  | { readonly connection: 'connecting'; readonly view: EngineView | null }
  | { readonly connection: 'connected'; readonly view: EngineView; readonly engine: EngineInstance }

/** The engine went away before it answered. Whether the request was carried out is not known. */
export interface EngineGone {
  readonly code: 'engineGone'
  readonly numbers: { readonly [name: string]: number }
}

export type ClientReply = Extract<EngineReply, { readonly ok: true }> | { readonly ok: false; readonly rejection: Rejection | EngineGone }

export interface EngineClient {
  /** The current state. The same reference until something changes. */
  readonly state: () => ClientState
  /** Calls back after every change, not at once. Returns a function that stops it. */
  readonly subscribe: (listener: (state: ClientState) => void) => () => void
  /**
   * Sends a request to the engine, once it is there. Never rejects: if the engine goes away meanwhile, the answer is the
   * rejection `engineGone`.
   */
  readonly request: (request: EngineRequest) => Promise<ClientReply>
  /** Tells which conversation the person looks at on this page; null: none. Told again to each engine that comes. */
  readonly showing: (group: string | null) => void
  /** Calls back when the person chose a conversation outside of the app; null: only the app. */
  readonly onGo: (listener: (group: string | null) => void) => void
  /** Ends the connection. Requests without an answer get `engineGone`. */
  readonly close: () => void
}

export interface EngineConnector {
  /** Resolves when the engine runs and listens. Rejects when that failed now (it is tried again). */
  readonly ensureEngine: () => Promise<void>
  /** Opens a port with that name. */
  readonly openPort: (name: string) => MessagePort
  /** Resolves after `ms`: the wait between two attempts. */
  readonly wait: (ms: number) => Promise<void>
}

/** Waits between attempts to reach the engine. A guess: a person notices half a second, a worker restarts in less. */
const RETRY_MS = [50, 100, 200, 400] as const

/** Connects at once and keeps connected until `close`. */
export function connectEngine(connector: EngineConnector): EngineClient {
  let state: ClientState = { connection: 'connecting', view: null }
  let port: MessagePort | null = null
  let closed = false
  let nextId = 1
  let shown: string | null = null
  const listeners = new Set<(state: ClientState) => void>()
  const goListeners = new Set<(group: string | null) => void>()
  /** Where the page is sent while nothing in it listens yet: it connects before it is drawn. */
  let going: { readonly group: string | null } | null = null
  const answers = new Map<number, (reply: ClientReply) => void>()
  /** Requests made while there was no engine, sent as soon as there is one. */
  const waiting: Extract<ToEngine, { kind: 'request' }>[] = []

  const become = (next: ClientState): void => {
    state = next
    for (const listener of listeners) listener(next)
  }

  const abandon = (): void => {
    const unsent = new Set(waiting.map(({ id }) => id))
    for (const [id, answer] of answers) {
      if (!closed && unsent.has(id)) continue
      answers.delete(id)
      answer({ ok: false, rejection: { code: 'engineGone', numbers: {} } })
    }
  }

  const follow = (opened: MessagePort): void => {
    let engine: EngineInstance | null = null
    let revision = -1
    opened.onMessage.addListener((message) => {
      if (port !== opened || !isToPage(message)) return
      switch (message.kind) {
        case 'welcome':
          engine = message.engine
          return
        case 'view':
          if (engine === null) return
          revision = message.revision
          become({ connection: 'connected', view: message.view, engine })
          if (shown !== null) opened.postMessage({ kind: 'showing', group: shown } satisfies ToEngine)
          for (const request of waiting.splice(0)) opened.postMessage(request)
          return
        case 'patch': {
          const view = engine !== null && message.revision === revision + 1 ? applyPatch(state.view, message.patch) : undefined
          if (engine === null || view === undefined) {
            opened.postMessage({ kind: 'resync' } satisfies ToEngine)
            return
          }
          revision = message.revision
          become({ connection: 'connected', view: view as EngineView, engine })
          return
        }
        case 'reply':
          answers.get(message.id)?.(message.reply)
          answers.delete(message.id)
          return
        case 'go':
          if (goListeners.size === 0) going = { group: message.group }
          for (const listener of goListeners) listener(message.group)
          return
      }
    })
    opened.onDisconnect.addListener(() => {
      if (port !== opened) return
      port = null
      abandon()
      if (closed) return
      become({ connection: 'connecting', view: state.view })
      void connect()
    })
  }

  const open = (): void => {
    port = connector.openPort(ENGINE_PORT)
    follow(port)
  }
  const needsPort = (): boolean => !closed && port === null
  const connect = async (): Promise<void> => {
    for (let attempt = 0; needsPort(); attempt++) {
      if (attempt > 0) await connector.wait(RETRY_MS[Math.min(attempt, RETRY_MS.length) - 1] ?? 0)
      try {
        await connector.ensureEngine()
      } catch {
        continue
      }
      if (closed) return
      open()
    }
  }
  // Mostly an engine runs already. Where none listens the port closes at once, and the engine is asked for.
  open()

  return {
    state: () => state,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    request: (request) =>
      new Promise((resolve) => {
        if (closed) {
          resolve({ ok: false, rejection: { code: 'engineGone', numbers: {} } })
          return
        }
        const message = { kind: 'request', id: nextId++, request } as const
        answers.set(message.id, resolve)
        if (port !== null && state.connection === 'connected') port.postMessage(message)
        else waiting.push(message)
      }),
    showing: (group) => {
      if (group === shown) return
      shown = group
      if (port !== null && state.connection === 'connected') port.postMessage({ kind: 'showing', group } satisfies ToEngine)
    },
    onGo: (listener) => {
      goListeners.add(listener)
      if (going !== null) listener(going.group)
      going = null
    },
    close: () => {
      closed = true
      abandon()
      port?.disconnect()
      port = null
    },
  }
}
