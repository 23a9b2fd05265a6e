/** What is said and looked for: each differs from all others, and occurs nowhere by chance. */
export const textOf = (number: number): string => `vanishing text ${String(number).padStart(4, '0')} of the forensic test`
