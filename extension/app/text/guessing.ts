/**
 * How many tries it takes to guess a passphrase, as far as dictionaries and patterns tell. Large, and needed by few: loaded
 * only while one is chosen.
 */
import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import * as common from '@zxcvbn-ts/language-common'
import * as german from '@zxcvbn-ts/language-de'
import * as english from '@zxcvbn-ts/language-en'

const guesser = new ZxcvbnFactory({
  dictionary: { ...common.dictionary, 'words-de': Object.values(german.dictionary).flat(), 'words-en': Object.values(english.dictionary).flat() },
  graphs: common.adjacencyGraphs,
})

/** `known`: words that a person who guesses would try first, such as the name. */
export const guessesFor = (passphrase: string, known: readonly string[]): number => guesser.check(passphrase, [...known]).guesses
