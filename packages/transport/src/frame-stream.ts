/**
 * A libp2p stream that carries frames both ways, with bounds. A frame that is too long or malformed closes it, and so
 * does a slow reader on the other side when more than `mostQueuedBytes` pile up here.
 */
import type { Stream } from '@libp2p/interface'
import { createFrameSplitter, type FrameSplitter, toStreamFrame } from '@sotto/wire'

export interface FrameHandlers {
  readonly frame: (frame: Uint8Array) => void
  /** Called once, for any reason. No frame follows. Not called after our own `abort` or `finish`. */
  readonly closed: () => void
}

export interface FrameStreamLimits {
  /** The largest frame either way. */
  readonly frameBytes: number
  /** Bytes kept for a slow reader. */
  readonly queuedBytes: number
}

/** Carries frames both ways until one end closes it. */
export interface FrameChannel {
  readonly isOpen: boolean
  /** Receives the channel from now on. What came before was kept. A later call replaces an earlier one. */
  readonly listen: (handlers: FrameHandlers) => void
  /** Everything is kept until the next `listen`: for a listener that hands over and must receive no more. */
  readonly hold: () => void
  /** Queues a frame. False if the channel is closed, or was closed because the frame is too large or too many wait. */
  readonly send: (frame: Uint8Array) => boolean
  /** Closes after everything queued has left, or at once if that takes longer than `withinMs`. Never rejects. */
  readonly finish: (withinMs: number) => Promise<void>
  /** Closes at once. Queued frames may be lost. */
  readonly abort: () => void
}

export class FrameStream implements FrameChannel {
  readonly #stream: Stream
  readonly #limits: FrameStreamLimits
  readonly #splitter: FrameSplitter
  #handlers: FrameHandlers | undefined
  /** Frames that arrived without a listener. */
  #held: Uint8Array[] = []
  #endedUnheard = false
  #isAttached = false
  #isOver = false

  constructor(stream: Stream, limits: FrameStreamLimits) {
    this.#stream = stream
    this.#limits = limits
    this.#splitter = createFrameSplitter(limits.frameBytes)
    stream.maxWriteBufferLength = limits.queuedBytes
  }

  get isOpen(): boolean {
    return !this.#isOver && this.#stream.status === 'open'
  }

  listen(handlers: FrameHandlers): void {
    this.#handlers = handlers
    const held = this.#held
    this.#held = []
    for (const frame of held) this.#hand(frame)
    if (this.#endedUnheard) queueMicrotask(() => this.#closed())
    if (this.#isAttached) return
    this.#isAttached = true
    this.#stream.addEventListener('message', (event) => this.#received(event.data.subarray()))
    // The other end stopped writing. Frames go both ways here, so half a stream is useless.
    this.#stream.addEventListener('remoteCloseWrite', () => this.#closed())
    this.#stream.addEventListener('close', () => this.#closed())
    if (this.#stream.status !== 'open') queueMicrotask(() => this.#closed())
  }

  hold(): void {
    this.#handlers = undefined
  }

  send(frame: Uint8Array): boolean {
    if (this.#isOver || frame.length === 0 || frame.length > this.#limits.frameBytes) return false
    try {
      this.#stream.send(toStreamFrame(frame, this.#limits.frameBytes))
      return this.#stream.status === 'open'
    } catch {
      this.#closed()
      return false
    }
  }

  async finish(withinMs: number): Promise<void> {
    this.#isOver = true
    try {
      await this.#stream.close({ signal: AbortSignal.timeout(withinMs) })
    } catch {
      this.#stream.abort(new Error('the stream did not close in time'))
    }
  }

  abort(): void {
    this.#isOver = true
    this.#stream.abort(new Error('the stream is given up'))
  }

  #received(chunk: Uint8Array): void {
    if (this.#isOver) return
    const frames = this.#splitter.push(chunk)
    if (frames === undefined) this.#closed()
    for (const frame of frames ?? []) this.#hand(frame)
  }

  /** A handler may abort the stream, or hand it over, between two frames. */
  #hand(frame: Uint8Array): void {
    if (this.#isOver) return
    if (this.#handlers === undefined) this.#held.push(frame)
    else this.#handlers.frame(frame)
  }

  #closed(): void {
    if (this.#isOver) return
    this.#endedUnheard = this.#handlers === undefined
    if (this.#endedUnheard) return
    this.abort()
    this.#handlers?.closed()
  }
}
