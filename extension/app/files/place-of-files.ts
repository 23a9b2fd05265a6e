/** The conversation that rows with files are in. */
import { createContext } from 'preact'

export const GroupOfFiles = createContext('')
