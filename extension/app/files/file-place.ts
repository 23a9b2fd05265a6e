/** Names a file of a message, as requests do. */
export interface FilePlace {
  readonly group: string
  readonly message: string
  readonly number: number
}

export const keyOfPlace = ({ group, message, number }: FilePlace): string => `${group} ${message} ${number}`
