/** Fields that once had another name: the old name, and where the field is now. */
const RENAMED: Readonly<Record<string, string>> = {
  allowSecretsInCache: 'output.cache',
  commissionable: 'storage.commissioning',
};

/** Where a field of an old name is now; undefined for any other name. */
export function renamed(name: string): string | undefined {
  return Object.hasOwn(RENAMED, name) ? RENAMED[name] : undefined;
}
