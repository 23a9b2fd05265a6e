/** Which of our files imports which, and the circles among them. */
import { readImports, readSource, resolveOwnPackage, resolveRelative } from './source-files.ts'

/** For each file its imports of ours, by paths from the root. Type imports count: a reader follows them too. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>

export function importGraph(files: readonly string[]): ImportGraph {
  return new Map(
    files.map((file) => [
      file,
      readImports(readSource(file)).flatMap(({ specifier }) => {
        if (specifier.startsWith('.')) return [resolveRelative(file, specifier)]
        return specifier.startsWith('@sotto/') ? [resolveOwnPackage(specifier)] : []
      }),
    ]),
  )
}

/**
 * The circles: each is the sorted list of files that can all reach each other by following imports. Files in no circle
 * are left out. (Tarjan's algorithm for strongly connected components.)
 */
export function circlesIn(graph: ImportGraph): readonly (readonly string[])[] {
  const found: (readonly string[])[] = []
  const reachedAt = new Map<string, number>()
  const lowest = new Map<string, number>()
  const path: string[] = []
  const onPath = new Set<string>()

  const visit = (file: string): number => {
    const at = reachedAt.size
    reachedAt.set(file, at)
    lowest.set(file, at)
    path.push(file)
    onPath.add(file)
    for (const target of graph.get(file) ?? []) {
      if (!graph.has(target)) continue
      const reached = reachedAt.get(target)
      const low = reached === undefined ? visit(target) : onPath.has(target) ? reached : Infinity
      lowest.set(file, Math.min(lowest.get(file) ?? at, low))
    }
    const low = lowest.get(file) ?? at
    if (low === at) {
      const circle = path.splice(path.indexOf(file))
      for (const member of circle) onPath.delete(member)
      if (circle.length > 1 || graph.get(file)?.includes(file) === true) found.push(circle.toSorted())
    }
    return low
  }
  for (const file of graph.keys()) if (!reachedAt.has(file)) visit(file)
  return found.toSorted((a, b) => (a[0] ?? '').localeCompare(b[0] ?? ''))
}
