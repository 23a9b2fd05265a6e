/**
 * Why a picture is neither drawn nor cleaned. Readers of formats are many calls deep, so inside this package a refusal is thrown;
 * `orRefusal` makes a value of it where the package ends.
 */
export type PictureRefusal =
  /** Its first bytes are those of no kind of picture that is known here. */
  | 'unknownKind'
  /** A kind, or a part of a format, that is not drawn or not cleaned here: HEIC, AVIF with tracks, a JPEG that no browser decodes. */
  | 'notSupported'
  /** It ends before its own lengths say so. */
  | 'truncated'
  /** It breaks a rule of its format. */
  | 'damaged'
  /** Two places of it say different things of one matter, as of its size. */
  | 'contradictory'
  /** Its width or height is zero. */
  | 'noPixels'
  /** More than `LIMITS.picturePixelsInAll`. */
  | 'tooManyPixels'

class Refused extends Error {
  readonly refusal: PictureRefusal

  constructor(refusal: PictureRefusal) {
    super(refusal)
    this.refusal = refusal
  }
}

export function refuse(refusal: PictureRefusal): never {
  throw new Refused(refusal)
}

export interface RefusedPicture {
  readonly ok: false
  readonly refusal: PictureRefusal
}

/** What `read` returns, or why it refused. Faults of ours are thrown on. */
export function orRefusal<Value>(read: () => Value): Value | RefusedPicture {
  try {
    return read()
  } catch (fault) {
    if (fault instanceof Refused) return { ok: false, refusal: fault.refusal }
    throw fault
  }
}
