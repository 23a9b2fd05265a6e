import type { Socket } from 'node:net'

/** Names a connection by its other end. A socket in TLS is another object than the one below it, and has the same end. */
export const endOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`
