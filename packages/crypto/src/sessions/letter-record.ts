/** A letter as a record for an inbox: its length on the ladder, its kind in the first byte (PROTOCOL §2). */
import {
  decode,
  encode,
  type InitialHeader,
  isLadderLength,
  type KemPartKind,
  letterRecord,
  type LetterRecord,
  LIMITS,
  PAIRWISE_SUITE,
  type RatchetMessage,
  SEALED_KEM_PART_BYTES,
  SEALED_RATCHET_HEADER_BYTES,
} from '@sotto/wire'

const TAG_BYTES = 16

const recordOf = (header: InitialHeader | null, message: RatchetMessage): LetterRecord =>
  header === null ? { kind: 'ratchet', message } : { kind: 'initial', header, message }

/** Bytes that a record has over the padded plaintext in it, with a part of an ML-KEM step or none. */
export function recordOverheadBytes(header: InitialHeader | null, kemPart: KemPartKind): number {
  const empty: RatchetMessage = {
    suite: PAIRWISE_SUITE,
    sealedHeader: new Uint8Array(SEALED_RATCHET_HEADER_BYTES),
    sealed: new Uint8Array(SEALED_KEM_PART_BYTES[kemPart]),
  }
  return encode(letterRecord, recordOf(header, empty)).length + TAG_BYTES
}

/** The bytes of a letter. Throws above `LIMITS.recordBytes` (a fault). */
export function encodeRecord(header: InitialHeader | null, message: RatchetMessage): Uint8Array {
  const record = encode(letterRecord, recordOf(header, message))
  if (record.length > LIMITS.recordBytes) throw new RangeError(`${record.length} bytes in a letter`)
  return record
}

/** The letter in a record of this suite, or `undefined`. */
export function decodeRecord(record: Uint8Array): LetterRecord | undefined {
  if (record.length > LIMITS.recordBytes || !isLadderLength(record.length)) return undefined
  const letter = decode(letterRecord, record)
  if (letter === undefined || letter.message.suite !== PAIRWISE_SUITE) return undefined
  return letter.kind === 'initial' && letter.header.suite !== PAIRWISE_SUITE ? undefined : letter
}
