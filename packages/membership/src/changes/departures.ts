/** *Removed* (PROTOCOL §5.6): by an effective removal that is not in the past of an effective `admit` of the same subject. */
import type { Entry, Person } from '../entries/entry.ts'
import { isBefore, maximal } from '../entries/order.ts'

/** The person after an effective removal or departure of them. */
export function withDeparture(person: Person, departure: Entry): Person {
  if (person.admissions.some((admission) => isBefore(departure, admission))) return person
  return { ...person, departures: [...person.departures, departure] }
}

/** The person after an effective admission of them: it undoes the departures in its past, and no others. */
export function withAdmission(person: Person, admission: Entry): Person {
  return {
    ...person,
    admissions: maximal([...person.admissions, admission]),
    departures: person.departures.filter((departure) => !isBefore(departure, admission)),
  }
}
