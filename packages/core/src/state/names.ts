/** Ids as texts, and the names that rows of several rooms share. */
import { type AccountId, type DeviceId, fromBase64url, toBase64url } from '@sotto/wire'

/** The text form of an id, as used in row keys and in the pages' API. */
export const textOf = (id: Uint8Array): string => toBase64url(id)

/** The id of a text form that this machine wrote itself. Throws on any other text, which is a bug. */
export function bytesOf<T extends Uint8Array = Uint8Array>(text: string): T {
  const bytes = fromBase64url(text)
  if (bytes === undefined) throw new TypeError('a row key is no base64url text')
  return bytes as T
}

/** Group, epoch, device and key id of a sender key, as texts. */
export type KeyName = readonly [group: string, epoch: string, device: string, keyId: string]

export interface Sender {
  readonly account: AccountId
  readonly device: DeviceId
}

export interface Owned {
  readonly device: DeviceId
  readonly account: AccountId
}

/** The place of a message: its sender key, and its iteration under it. */
export interface MessagePlace {
  readonly group: string
  readonly epoch: string
  readonly device: DeviceId
  readonly keyId: number
  readonly iteration: number
}
