/** One text for a passphrase, whatever keyboard it was typed on. */

/**
 * The mapping of RFC 8265's OpaqueString (§4.2.2): every space is the ASCII one, and letters are composed (NFC). Case,
 * width and spaces at the ends are the person's.
 */
export const mapPassphrase = (passphrase: string): string => passphrase.replace(/\p{Zs}/gu, ' ').normalize('NFC')

/** What may have been stretched for a passphrase, the likeliest first: headers of before kept other spaces as they were. */
export function formsOfPassphrase(passphrase: string): readonly string[] {
  const mapped = mapPassphrase(passphrase)
  const before = passphrase.normalize('NFC')
  return before === mapped ? [mapped] : [mapped, before]
}
