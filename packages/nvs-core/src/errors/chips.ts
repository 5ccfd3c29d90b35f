import { errorTable, oneOf, row } from './error-table';

export const chipErrors = errorTable({
  'chips.unknown': row<{ chip: string; nearest: string | undefined; known: readonly string[] }>(
    (p) => `"${p.chip}" is not a known chip${p.nearest ? `; did you mean ${p.nearest}?` : ''}`,
    (p) => `write the target as ESP-IDF does: ${oneOf(p.known)}`,
  ),
});
