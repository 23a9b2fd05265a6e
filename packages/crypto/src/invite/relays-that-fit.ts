/** Which relays a link names: its text has a limit, so that it fits one QR code. */

/** Each relay that fits beside those before it, in their order: a long address does not keep out the shorter ones behind it. */
export function relaysThatFit(relays: readonly string[], fits: (some: readonly string[]) => boolean): readonly string[] {
  return relays.reduce<readonly string[]>((some, relay) => (fits([...some, relay]) ? [...some, relay] : some), [])
}
