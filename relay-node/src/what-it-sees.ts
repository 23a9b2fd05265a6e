/** What every relay says of itself, in the terminal and on its page (PROTOCOL §10). */
export const SEES =
  'The addresses and throw-away peer ids of who connects, when, how large (in steps), and which unnamed mailboxes a connection opens, so roughly who is in a group with whom, by pseudonym; of a file that waits here, its size in steps and who fetches it.'
export const BLIND = 'What is written, names, groups’ titles, accounts, devices, or any key that opens a message.'
