/** The targets of the stateful fuzzer, by name, without loading what they play. */
export const STATEFUL_NAMES = ['machine', 'mailbox server', 'membership log'] as const
