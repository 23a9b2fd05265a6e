/** Sizes of what is stored, as people say them. */

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** Such as `48 MB`, in the language's own form. */
export function shownSize(locale: string, bytes: number): string {
  const step = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)))
  const value = bytes / 1000 ** step
  const options = { style: 'unit', unit: UNITS[step], unitDisplay: 'short', maximumFractionDigits: value < 10 && step > 1 ? 1 : 0 } as const
  return new Intl.NumberFormat(locale, options as Intl.NumberFormatOptions).format(value)
}
