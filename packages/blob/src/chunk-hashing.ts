import type { Primitives } from '@sotto/crypto/primitives'
import { L } from '@sotto/wire'
import type { TreeHashing } from './merkle-tree.ts'

/** How sealed chunks and the nodes above them are hashed (PROTOCOL §14). */
export const chunkHashing = ({ sha256 }: Pick<Primitives, 'sha256'>): TreeHashing => ({
  leaf: (sealedChunk) => sha256(L('file chunk hash'), sealedChunk),
  node: (left, right) => sha256(L('file tree hash'), left, right),
})
