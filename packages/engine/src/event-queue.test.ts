import type { Event } from '@sotto/core'
import { expect, it } from 'vitest'
import { EventQueue } from './event-queue.ts'

const request = (name: string): Event => ({ kind: 'requested', request: name, what: { kind: 'lock' } })
const frame = (peer: string): Event => ({ kind: 'peerFrameReceived', peer, frame: new Uint8Array() })
const nameOf = (event: Event): string => (event.kind === 'requested' ? event.request : 'peer' in event ? event.peer : event.kind)

function queueOf(...events: readonly Event[]): EventQueue {
  const queue = new EventQueue()
  for (const event of events) queue.put(event)
  return queue
}
const take = (queue: EventQueue, most = Number.POSITIVE_INFINITY): readonly string[] => {
  const names: string[] = []
  for (const { event } of queue.taken(() => 0)) if (names.push(nameOf(event)) >= most) break
  return names
}

it('requests and other events take turns, each in their order', () => {
  const queue = queueOf({ kind: 'started' }, request('a'), request('b'), request('c'), frame('1'), frame('2'))
  expect(take(queue)).toEqual(['started', 'a', '1', 'b', '2', 'c'])
  expect(queue.length).toBe(0)
})

it('an event behind a thousand requests is folded after one of them', () => {
  const queue = queueOf(...Array.from({ length: 1_000 }, (_, i) => request(`${i}`)))
  expect(take(queue, 3)).toEqual(['0', '1', '2'])
  queue.put(frame('heard'))
  expect(take(queue, 3)).toContain('heard')
  expect(queue.length).toBe(995)
})

it('no event is left when it stops', () => {
  const queue = queueOf(frame('1'), request('a'), request('b'), { kind: 'stopping' }, request('c'))
  expect(take(queue)).toEqual(['1', 'a', 'b', 'c', 'stopping'])
})

it('each event is dated by when it is folded', () => {
  let nowMs = 0
  const queue = queueOf(request('a'), request('b'), frame('1'))
  expect([...queue.taken(() => nowMs++)].map(({ atMs }) => atMs)).toEqual([0, 1, 2])
})
