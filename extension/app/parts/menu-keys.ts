/** Which item of a menu a key leads to (WAI-ARIA, menu pattern); null for a key that leads nowhere. */
export function itemAfterKey(key: string, at: number, names: readonly string[]): number | null {
  const count = names.length
  switch (key) {
    case 'ArrowDown':
      return (at + 1) % count
    case 'ArrowUp':
      return (at - 1 + count) % count
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default: {
      if (Array.from(key).length !== 1 || key === ' ') return null
      const after = names.map((_, step) => (at + 1 + step) % count)
      return after.find((index) => names[index]?.toLocaleLowerCase().startsWith(key.toLocaleLowerCase())) ?? null
    }
  }
}
