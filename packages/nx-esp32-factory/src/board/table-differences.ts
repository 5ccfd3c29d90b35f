import { type Partition, subtypeName, typeName } from 'nvs-core';
import { hex, printable } from 'nvs-core/errors';

const MOST = 3;

/** What two tables say differently, row by row, the first few. */
export function tableDifferences(built: readonly Partition[], expected: readonly Partition[]): string[] {
  const names = [...new Set([...expected, ...built].map(({ name }) => name))];
  const textIn = (table: readonly Partition[], wanted: string) =>
    describe(table.find(({ name }) => name === wanted));
  const all = names.flatMap((name) => {
    const [there, here] = [textIn(built, name), textIn(expected, name)];
    return there === here ? [] : [`"${printable(name)}" is ${there} in the build, and ${here} in the file`];
  });
  return all.length > MOST ? [...all.slice(0, MOST), `and ${all.length - MOST} more`] : all;
}

function describe(row: Partition | undefined): string {
  if (row === undefined) return 'missing';
  const flags = [...(row.encrypted ? ['encrypted'] : []), ...(row.readonly ? ['readonly'] : [])];
  const kind = `${typeName(row.type)}/${subtypeName(row.type, row.subtype)}`;
  return [`${kind} at ${hex(row.offset)} of ${hex(row.size)} bytes`, ...flags].join(', ');
}
