/** Clients of a server under measurement, in a process of their own. Does one job at a time. */
import { loadPrimitives } from '@sotto/crypto/primitives'
import type { FromLoad, Job, JobResult } from './messages.ts'
import { createClients } from './load-clients.ts'
import { createSubscribers, publish } from './load-delivery.ts'
import { appendAtRate, askMuch, readMuch } from './load-requests.ts'

const primitives = await loadPrimitives()
const clients = createClients(primitives)
const subscribers = createSubscribers(primitives)

async function perform(job: Job): Promise<Omit<JobResult, 'seconds'> & { readonly seconds?: number }> {
  switch (job.job) {
    case 'connect':
      await clients.connect(job)
      return {}
    case 'ping':
      await clients.ping(job)
      return {}
    case 'subscribe':
      await subscribers.subscribe(job)
      return {}
    case 'received':
      return { received: await subscribers.received(job.quietMs) }
    case 'publish':
      await publish(primitives, job)
      return {}
    case 'append':
      return appendAtRate(primitives, job)
    case 'ask':
      return { seconds: await askMuch(primitives, job) }
    case 'read':
      return { seconds: await readMuch(primitives, job) }
  }
}

const say = (message: FromLoad): void => void process.send?.(message)
process.on('message', (job: Job) => {
  const startMs = performance.now()
  perform(job).then(
    (result) => say({ result: { seconds: (performance.now() - startMs) / 1_000, ...result } }),
    (fault: unknown) => say({ fault: fault instanceof Error ? (fault.stack ?? fault.message) : String(fault) }),
  )
})
process.on('disconnect', () => process.exit(0))
say({ ready: true })
