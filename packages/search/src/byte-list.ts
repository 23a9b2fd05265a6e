/** Bytes that grow, and numbers of as many bytes as they need: seven bits in each, the lowest first. */
export class ByteList {
  #bytes = new Uint8Array(1_024)
  #length = 0

  get length(): number {
    return this.#length
  }

  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1)
    this.#bytes[this.#length++] = value
  }

  number(value: number): void {
    let rest = value
    while (rest >= 0x80) {
      this.byte((rest & 0x7f) | 0x80)
      rest >>>= 7
    }
    this.byte(rest)
  }

  bytes(part: Uint8Array): void {
    if (this.#length + part.length > this.#bytes.length) this.#grow(part.length)
    this.#bytes.set(part, this.#length)
    this.#length += part.length
  }

  /** All of it; the list is empty then. */
  taken(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#length)
    this.#length = 0
    return taken
  }

  #grow(more: number): void {
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + more))
    larger.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = larger
  }
}
