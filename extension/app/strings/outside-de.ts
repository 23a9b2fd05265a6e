import type { OutsideStrings } from './outside-en.ts'

/** What is said in German outside of pages too. */
export const outsideDe: OutsideStrings = {
  appName: 'Sotto',
  lockedButton: 'Sotto ist gesperrt: Nichts wird empfangen',
  menuSelection: 'Markierten Text an Sotto senden …',
  menuLink: 'Link an Sotto senden …',
  menuImage: 'Adresse des Bildes an Sotto senden …',
  fromShort: (name, text) => `${name}: ${text}`,
  unnamedGroup: 'Gruppe ohne Namen',
  unknownName: 'Jemand',
  anotherNamed: (name, number) => `${name} ${number} (eine andere Person)`,
  vanishingMessage: 'Eine Nachricht, die verschwindet',
  newInSotto: (count: number) => (count === 1 ? 'Neue Nachricht in Sotto' : `${count} neue Nachrichten in Sotto`),
  andMoreNew: (count: number) => (count === 1 ? 'und 1 weitere' : `und ${count} weitere`),
  mentionedInSotto: (count: number) => (count === 1 ? 'Du wurdest in Sotto erwähnt' : `Du wurdest in Sotto erwähnt (${count} neue Nachrichten)`),
  mentionedIn: (title: string) => `Du wurdest erwähnt: ${title}`,
}
