/** Whether a relay's address is one of a local network: it leads to the relay only from inside of that. */

/** RFC 1918, RFC 6598, link-local and unique local addresses, and names that only a local network knows. */
const LOCAL = [
  /^\/ip4\/(?:10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/,
  /^\/ip6\/f(?:[cd][0-9a-f]{2}|e[89ab][0-9a-f]):/i,
  /^\/dns[46]?\/(?:[^/]+\.)?(?:local|lan|home\.arpa|internal)\//i,
]

export const isLocalAddress = (multiaddr: string): boolean => LOCAL.some((pattern) => pattern.test(multiaddr))
