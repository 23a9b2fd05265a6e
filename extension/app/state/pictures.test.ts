import { signal } from '@preact/signals'
import type { EngineReply, EngineView } from '@sotto/engine/api'
import { expect, it } from 'vitest'
import { bytesOf, createPictures, textOfBytes } from './pictures.ts'

const viewWith = (phase: EngineView['phase'], picture: string | null): EngineView =>
  ({
    phase,
    profile: { account: 'me', picture },
    groups: [{ id: 'desk', picture: 'of desk', members: [{ account: 'bob', picture: 'of bob' }] }],
  }) as unknown as EngineView

function page(reply: EngineReply | Error) {
  const view = signal(viewWith('ready', null))
  const asked: string[] = []
  const ended: string[] = []
  const pictures = createPictures({
    view,
    request: async (request) => {
      asked.push(request.kind === 'readPicture' ? request.picture : request.kind)
      if (reply instanceof Error) throw reply
      return reply
    },
    toAddress: ({ type, size }) => `${type} of ${size}`,
    endAddress: (address) => void ended.push(address),
  })
  const done = () => new Promise((resolve) => setTimeout(resolve))
  return { view, asked, ended, pictures, done }
}

const found = (type: string): EngineReply => ({ ok: true, value: { picture: { type: type as 'image/png', bytes: 'AQID' } } })

it('a picture is read once, and has an address of its type', async () => {
  const { asked, pictures, done } = page(found('image/webp'))
  expect([pictures.of('bob'), pictures.of('desk'), pictures.of('me'), pictures.of('nobody')]).toEqual(['of bob', 'of desk', null, null])
  const address = pictures.address('of bob')
  expect(address.value).toBeNull()
  await done()
  expect(pictures.address('of bob').value).toBe('image/webp of 3')
  expect(asked).toEqual(['of bob'])
})

it('what is no picture leaves initials', async () => {
  for (const reply of [found('image/svg+xml'), { ok: false, rejection: { code: 'unknownPicture', numbers: {} } } as const, new Error('away')]) {
    const { pictures, done } = page(reply)
    const address = pictures.address('of bob')
    await done()
    expect(address.value).toBeNull()
  }
})

it('one that the browser cannot draw is taken back, and all of them with the lock', async () => {
  const { view, ended, pictures, done } = page(found('image/png'))
  const address = pictures.address('of bob')
  pictures.address('other')
  await done()
  pictures.failed('of bob')
  expect([address.value, ended.length]).toEqual([null, 1])
  view.value = viewWith('locked', null)
  expect(ended).toHaveLength(2)
})

it('bytes go to text and back', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i)
  expect(bytesOf(textOfBytes(bytes))).toEqual(bytes)
  expect(textOfBytes(bytes)).toBe(Buffer.from(bytes).toString('base64url'))
})
