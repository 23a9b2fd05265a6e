/** Scenes with files. */
import type { AttachmentView, ComingFileView, EngineView, FileView, GroupView } from '@sotto/engine/api'
import { bytesOf } from '../state/pictures.ts'
import type { Scene } from './played-engine.ts'
import { BRIDGE, PAGE } from './played-pictures.ts'
import { HOUR, jonas, me, message, MINUTE, said, tala, wen } from './scene-messages.ts'

const MB = 1_000_000

const file = (number: number, name: string, sizeBytes: number, part: Partial<FileView> = {}): FileView => ({
  number,
  name,
  mediaType: 'application/octet-stream',
  sizeBytes,
  picture: null,
  state: 'here',
  bytesHere: part.state === undefined || part.state === 'here' ? sizeBytes : 0,
  atRelay: null,
  ...part,
})

const bridge = { width: 1200, height: 800, thumbnail: BRIDGE.thumbnail }
const page = { width: 700, height: 1000, thumbnail: PAGE.thumbnail }
const bridgeBytes = bytesOf(BRIDGE.whole).length

const seen = [
  message('f1', tala, 3 * HOUR, '', {
    body: said('The bridge this morning, from the north bank.', { files: [file(0, 'bridge.webp', bridgeBytes, { mediaType: 'image/webp', picture: bridge })] }),
  }),
  message('f2', me, 2 * HOUR, '', { body: said('', { files: [file(0, 'signed page.webp', 3 * MB, { picture: page, state: 'cancelled' })] }) }),
  message('f3', jonas, HOUR, '', {
    body: said('The minutes, and the recording of the second half', {
      files: [file(0, 'council-minutes-march.pdf', 1_340_000), file(1, 'second half.mp3', 8_200_000, { mediaType: 'audio/mpeg' })],
    }),
  }),
  message('f4', wen, 30 * MINUTE, '', {
    body: said('', { files: [file(0, 'a very long name of an invoice that goes on and on.pdf.exe', 512_000), file(1, 'logo.svg', 4_100)] }),
  }),
]

const onTheWay = [
  message('g1', tala, 50 * MINUTE, '', { body: said('All of the photos', { files: [file(0, 'photos.zip', 214 * MB, { state: 'waiting' })] }) }),
  message('g2', jonas, 40 * MINUTE, '', {
    body: said('', { files: [file(0, 'interview.wav', 96 * MB, { state: 'coming' }), file(1, 'notes.odt', 18 * MB, { state: 'paused', bytesHere: 7 * MB })] }),
  }),
  message('g3', wen, 30 * MINUTE, '', {
    body: said('The archive', {
      files: [file(0, 'archive-1998.tar.gz', 61 * MB, { state: 'coming' }), file(1, 'map.webp', 9 * MB, { picture: bridge, state: 'coming' })],
    }),
  }),
  message('g4', me, 20 * MINUTE, '', {
    body: said('', { files: [file(0, 'scan.pdf', 2 * MB, { state: 'cancelled' }), file(1, 'raw footage.zip', 310 * MB, { atRelay: 'refused' })] }),
  }),
]

const coming = (message: string, number: number, sizeBytes: number, part: Partial<ComingFileView>): ComingFileView => ({
  message,
  number,
  sizeBytes,
  bytesHere: 0,
  sources: 1,
  isAtRelay: false,
  trouble: null,
  ...part,
})

const attachment = (name: string, sizeBytes: number, part: Partial<AttachmentView> = {}): AttachmentView => ({
  file: name,
  name,
  mediaType: '',
  sizeBytes,
  picture: null,
  storedBytes: sizeBytes,
  state: 'ready',
  ...part,
})

export const fileScenes = (ready: EngineView, desk: GroupView) => {
  const withDesk = (part: Partial<GroupView>): EngineView => ({
    ...ready,
    groups: ready.groups.map((group) => (group.id === desk.id ? { ...desk, ...part } : group)),
  })
  const bytes = { 'f1 0': BRIDGE.whole }
  return {
    files: { view: withDesk({}), messages: { desk: seen }, bytes },
    filesComing: {
      view: withDesk({
        coming: [
          coming('g2', 0, 96 * MB, { bytesHere: 31 * MB, sources: 2 }),
          coming('g3', 0, 61 * MB, { bytesHere: 12 * MB, sources: 0 }),
          coming('g3', 1, 9 * MB, { bytesHere: 2 * MB, trouble: 'full' }),
        ],
      }),
      messages: { desk: onTheWay },
    },
    attaching: {
      view: withDesk({
        draft: 'From the north bank, and the contract',
        attachments: [
          attachment('bridge.webp', bridgeBytes, { picture: bridge }),
          attachment('contract, signed by the deputy in March.pdf', 2_300_000),
          attachment('interview.wav', 96 * MB, { state: 'storing', storedBytes: 41 * MB }),
          attachment('raw footage.zip', 310 * MB, { state: 'lost', storedBytes: 0 }),
        ],
        passingOn: [
          { as: '1', files: 3, sizeBytes: 64 * MB, storedBytes: 21 * MB, trouble: null },
          { as: '2', files: 1, sizeBytes: 0, storedBytes: 0, trouble: 'gone' },
        ],
      }),
      messages: { desk: seen.slice(0, 1) },
      bytes,
    },
  } as const satisfies { readonly [name: string]: Scene }
}
