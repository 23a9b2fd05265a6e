/** Overwrites a file in place: browsers allow that in a Worker only. */
import { overwriteOriginFile } from '@sotto/storage'
import type { OverwriteReply, OverwriteRequest } from './erasable-messages.ts'

self.addEventListener('message', ({ data }: MessageEvent<OverwriteRequest>) => {
  const reply = (answer: OverwriteReply): void => self.postMessage(answer)
  overwriteOriginFile(data.name, data.offset, data.bytes).then(
    () => reply({ ok: true }),
    (fault: unknown) => reply({ ok: false, name: fault instanceof Error || fault instanceof DOMException ? fault.name : 'Error' }),
  )
})
