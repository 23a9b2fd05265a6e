import type { StorageTrouble } from '@sotto/core'
import { StorageDamaged, StorageFull, StorageNewer, StorageRefused } from './ports.ts'

/** What a storage fault means to a person. */
export function storageTroubleOf(fault: unknown): StorageTrouble {
  if (fault instanceof StorageFull) return 'storageFull'
  if (fault instanceof StorageDamaged) return 'storageDamaged'
  if (fault instanceof StorageRefused) return 'storageRefused'
  if (fault instanceof StorageNewer) return 'storageNewer'
  return 'storageFailed'
}
