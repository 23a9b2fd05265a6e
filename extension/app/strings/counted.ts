/** Text with a number in it, or the plainer one if the engine sent none. */
export const counted = (count: number | undefined, withCount: (count: number) => string, without: string): string =>
  count === undefined ? without : withCount(count)
