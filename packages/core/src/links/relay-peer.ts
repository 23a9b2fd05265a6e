/** Whether a relay's address says who answers there. One that does not is never passed on to others. */
export const namesItsPeer = (address: string): boolean => /\/p2p\/[^/]+$/.test(address)
