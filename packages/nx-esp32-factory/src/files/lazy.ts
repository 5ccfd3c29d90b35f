/**
 * What `load` requires, loaded when it is first asked for. From sources it is loaded at once: Nx takes its transpiler
 * away when an executor of the workspace's own is loaded.
 */
export function lazy<T>(load: () => T): () => T {
  if (__filename.endsWith('.ts')) load();
  return load;
}
