import type { EngineRequest, RequestKind } from '@sotto/engine/api'

const KINDS = [
  'attachFile',
  'attachPiece',
  'detachFile',
  'fetchFile',
  'pauseFile',
  'cancelFile',
  'readFile',
  'setFetchedAtOnce',
] as const satisfies RequestKind[]

type AboutFiles = Extract<EngineRequest, { readonly kind: (typeof KINDS)[number] }>

/** Nobody attaches or fetches a file in the previews. */
export const isAboutFiles = (request: EngineRequest): request is AboutFiles => (KINDS as readonly string[]).includes(request.kind)
