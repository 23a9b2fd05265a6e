/** Whether a relay's address names its peer id. An address without one is never passed on to others. */
export const namesItsPeer = (address: string): boolean => /\/p2p\/[^/]+$/.test(address)
