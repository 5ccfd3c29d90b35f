/**
 * The module that `load` requires, loaded on first use. Sources load it at once: Nx removes its transpiler after
 * loading an executor of the workspace.
 */
export function lazy<T>(load: () => T): () => T {
  if (__filename.endsWith('.ts')) load();
  return load;
}
