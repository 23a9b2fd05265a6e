/** One text for a passphrase, whatever keyboard it was typed on. */

/**
 * The mapping of RFC 8265's OpaqueString (§4.2.2): every space becomes the ASCII one, and letters are composed (NFC).
 * Case, width and spaces at the ends stay as typed.
 */
export const mapPassphrase = (passphrase: string): string => passphrase.replace(/\p{Zs}/gu, ' ').normalize('NFC')

/** The texts that may have been stretched for a passphrase, likeliest first: earlier headers kept other spaces unchanged. */
export function formsOfPassphrase(passphrase: string): readonly string[] {
  const mapped = mapPassphrase(passphrase)
  const before = passphrase.normalize('NFC')
  return before === mapped ? [mapped] : [mapped, before]
}
