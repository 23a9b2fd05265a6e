/** Files as pages show them. Nothing of what their author says of them is true of their bytes: pages look at those. */

/** A picture's author says that it is so wide and high, px. `thumbnail`: base64url. */
export interface WrittenPicture {
  readonly width: number
  readonly height: number
  readonly thumbnail: string
}

/** A file of a message. */
export interface FileView {
  /** Its number in the message. */
  readonly number: number
  /** In its one form: it leads to no folder, and ends with the extension that it has. */
  readonly name: string
  readonly mediaType: string
  readonly sizeBytes: number
  readonly picture: WrittenPicture | null
  /**
   * `coming`: see `GroupView.coming`. `waiting`: until the person asks for it. `cancelled`: the person did not want it, or freed its room,
   * and it comes again if it is asked for. `gone`: it cannot, as this device left the group, or never knew it.
   */
  readonly state: 'here' | 'coming' | 'waiting' | 'paused' | 'cancelled' | 'gone'
  readonly bytesHere: number
  /**
   * Of an own file: whether it is left at a relay for members who are away. `leaving`: that is under way, or waits for a relay. `refused`: no
   * relay keeps it, as it is too large or there is no room: it comes to others while this device is there. null: it is another's, or expired.
   */
  readonly atRelay: 'leaving' | 'left' | 'refused' | null
}

/** How far a file is that comes. */
export interface ComingFileView {
  readonly message: string
  readonly number: number
  readonly sizeBytes: number
  readonly bytesHere: number
  /** How many of the members that are connected have any of it; 0, and not `isAtRelay`: it comes as soon as one is there. */
  readonly sources: number
  /** A relay gives it now. */
  readonly isAtRelay: boolean
  /** `full`: the disk has no room; it is tried again. `failed`: it cannot be written for another reason. */
  readonly trouble: 'full' | 'failed' | null
}

/** A file of the composer. */
export interface AttachmentView {
  /** Names it in requests. */
  readonly file: string
  readonly name: string
  readonly mediaType: string
  readonly sizeBytes: number
  /** What the page that attached it said of it, for all pages that show it. */
  readonly picture: WrittenPicture | null
  /** How much of it is sealed and stored, in whole MiB until it is all. */
  readonly storedBytes: number
  /**
   * `storing`: it is being taken. `ready`: all of it is sealed and stored, and it may be sent, also after a stop. `lost`: the engine stopped before
   * all of it was taken, or the disk lost it; it has to be chosen again.
   */
  readonly state: 'storing' | 'ready' | 'lost'
}

/** A message that is passed on with its files, while these are sealed again. */
export interface PassingOnView {
  /** Names it in requests. */
  readonly as: string
  readonly files: number
  readonly sizeBytes: number
  /** How much is done, in whole MiB of each file until that is done. */
  readonly storedBytes: number
  /** Why it is not said. `gone`: a file ended here before it was sealed again. `full`, `failed`: the disk took no more. null: it is under way. */
  readonly trouble: 'gone' | 'full' | 'failed' | null
}
