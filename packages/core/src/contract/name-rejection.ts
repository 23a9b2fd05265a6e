/** Why a name that was typed is not taken. */
import { LIMITS, type NameReading } from '@sotto/wire'
import type { Rejection, RejectionCode } from './pages.ts'

/** The refusal of a name, under the code for what it is a name of. */
export const nameRejection = (read: Extract<NameReading, { readonly code: string }>, ifEmpty: RejectionCode, ifTooLong: RejectionCode): Rejection =>
  read.code === 'empty' ? { code: ifEmpty, numbers: {} } : { code: ifTooLong, numbers: { length: read.lengthBytes, limit: LIMITS.nameBytes } }
