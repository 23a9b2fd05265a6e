import { expect, it } from 'vitest'
import { soundType } from './sound-type.ts'

const ascii = (text: string): number[] => Array.from(text, (char) => char.charCodeAt(0))

it.each([
  ['audio/ogg', ascii('OggS')],
  ['audio/flac', ascii('fLaC')],
  ['audio/wav', ascii('RIFF....WAVE')],
  ['audio/mp4', ascii('....ftypM4A ')],
  ['audio/mpeg', ascii('ID3')],
  ['audio/mpeg', [0xff, 0xfb, 0x90]],
  ['audio/aac', [0xff, 0xf1, 0x50]],
])('%s', (type, bytes) => expect(soundType(Uint8Array.from(bytes))).toBe(type))

it.each([
  ['HTML', ascii('<html><script>')],
  ['SVG', ascii('<svg xmlns')],
  ['a film', ascii('....ftypisom')],
  ['WebP', ascii('RIFF....WEBP')],
  ['JPEG', [0xff, 0xd8, 0xff]],
  ['nothing', []],
])('%s is no sound', (_, bytes) => expect(soundType(Uint8Array.from(bytes))).toBeNull())
