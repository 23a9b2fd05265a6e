/** Argon2id on a thread of its own: 64 MiB and some hundred milliseconds that would block a page. */
import { loadPrimitives } from '@sotto/crypto/primitives'
import type { StretchReply, StretchRequest } from './stretch-messages.ts'

/** The length of a stretched passphrase. The vault derives its key from it. */
const STRETCHED_BYTES = 32

self.addEventListener('message', ({ data }: MessageEvent<StretchRequest>) => {
  answer(data).catch((fault: unknown) => {
    // Thrown outside the promise, it reaches the owner as the Worker’s error.
    setTimeout(() => {
      throw fault
    })
  })
})

async function answer({ passphrase, salt, cost }: StretchRequest): Promise<void> {
  const primitives = await loadPrimitives()
  const stretched = primitives.argon2id(passphrase, salt, cost, STRETCHED_BYTES)
  passphrase.fill(0)
  const reply: StretchReply = { stretched }
  self.postMessage(reply)
}
