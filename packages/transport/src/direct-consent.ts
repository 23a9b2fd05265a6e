/**
 * Whether the two ends of a session may learn each other's network addresses, which a direct connection shows. Each end
 * decides for itself, and may take it back; the initiator dials only while both agree.
 */
export class DirectConsent {
  #isOurs = false
  #isTheirs = false
  readonly #waiting = new Set<() => void>()

  get isOurs(): boolean {
    return this.#isOurs
  }

  setOurs(isAllowed: boolean): void {
    this.#isOurs = isAllowed
    this.#look()
  }

  setTheirs(isAllowed: boolean): void {
    this.#isTheirs = isAllowed
    this.#look()
  }

  /** Resolves as soon as both agree, or when the signal is aborted. Never rejects. */
  ofBoth(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        if (!signal.aborted && !(this.#isOurs && this.#isTheirs)) return
        this.#waiting.delete(done)
        signal.removeEventListener('abort', done)
        resolve()
      }
      this.#waiting.add(done)
      signal.addEventListener('abort', done)
      done()
    })
  }

  #look(): void {
    for (const look of this.#waiting) look()
  }
}
