import { useEffect, useState } from 'preact/hooks'
import { useApp } from '../state/app.ts'
import { type Address, addressesOf } from './addresses.ts'
import type { FilePlace } from './file-place.ts'
import type { TypeOf } from './type-of.ts'

/** A file's address while it is wanted and its component is mounted; null: it is being read, or not wanted. */
export function useAddress(place: FilePlace, sizeBytes: number, typeOf: TypeOf, isWanted: boolean): Address | null {
  const app = useApp()
  const [found, setFound] = useState<Address | null>(null)
  useEffect(() => {
    if (!isWanted) return
    let isMounted = true
    const addresses = addressesOf(app)
    void addresses.take(place, sizeBytes, typeOf).then((address) => {
      if (isMounted) setFound(address)
    })
    return () => {
      isMounted = false
      setFound(null)
      addresses.release(place)
    }
  }, [place.group, place.message, place.number, isWanted])
  return found
}
