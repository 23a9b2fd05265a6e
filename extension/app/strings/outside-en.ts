/** What is said in English outside of pages too: a worker that starts often loads no more than this. */
export const outsideEn = {
  appName: 'Sotto',
  lockedButton: 'Sotto is locked: nothing is received',
  menuSelection: 'Send selected text to Sotto…',
  menuLink: 'Send link to Sotto…',
  menuImage: 'Send image’s address to Sotto…',
  fromShort: (name: string, text: string) => `${name}: ${text}`,
  unnamedGroup: 'Group without a name',
  unknownName: 'Somebody',
  anotherNamed: (name: string, number: string) => `another ${name} ${number}`,
  vanishingMessage: 'A message that vanishes',
  newInSotto: (count: number) => (count === 1 ? 'New message in Sotto' : `${count} new messages in Sotto`),
  andMoreNew: (count: number) => (count === 1 ? 'and 1 more' : `and ${count} more`),
  mentionedInSotto: (count: number) => (count === 1 ? 'You were mentioned in Sotto' : `You were mentioned in Sotto (${count} new messages)`),
  mentionedIn: (title: string) => `You were mentioned in ${title}`,
}

/** Every language has these. */
export type OutsideStrings = typeof outsideEn
