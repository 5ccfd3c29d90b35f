/** Entries of one namespace, read key by key as nvs_get_u32, nvs_get_str and nvs_get_blob would. */
import { factoryDataErrors as errors } from '../errors/factory-data';
import { type Finding, locate } from '../errors/factory-error';
import type { NvsEntry } from '../nvs/values';
import type { FactoryNvsValue, Kind } from './kinds';

export class KeyReader {
  readonly findings: Finding[] = [];
  private readonly byKey = new Map<string, NvsEntry>();
  /** Entries that need no further finding. */
  private readonly touched = new Set<NvsEntry>();

  constructor(readonly entries: readonly NvsEntry[]) {
    for (const entry of entries) {
      if (this.byKey.has(entry.key)) {
        this.report(errors.finding('factory-data.key-duplicate', { key: entry.key }), entry);
        this.touched.add(entry);
      } else {
        this.byKey.set(entry.key, entry);
      }
    }
  }

  /** The value under `key`, undefined if it is missing, of another type or malformed. */
  read<T>(key: string, kind: Kind<T>, label: string): T | undefined {
    const entry = this.byKey.get(key);
    if (entry === undefined) return undefined;
    this.touched.add(entry);
    if (!hasType(entry, kind)) {
      const params = { key, type: entry.type, expected: kind.nvs };
      this.report(errors.finding('factory-data.wrong-type', params), entry);
      return undefined;
    }
    return kind.decode(entry, label, (finding) => this.report(finding, entry));
  }

  /** The entry of a key: the first of its duplicates. */
  entry(key: string): NvsEntry | undefined {
    return this.byKey.get(key);
  }

  /** Whether there is an entry of this key, of whatever type. */
  has(key: string): boolean {
    return this.byKey.has(key);
  }

  /** Reports a list that ends before its count. */
  reportMissing(key: string, size: string, count: number): void {
    const sized = this.byKey.get(size);
    const finding = errors.finding('factory-data.item-missing', { key, size, count });
    this.findings.push(locate(finding, { ...sized?.where, field: size }));
  }

  /** Entries that nothing has asked for. */
  untouched(): NvsEntry[] {
    return this.entries.filter((entry) => !this.touched.has(entry));
  }

  private report(finding: Finding, entry: NvsEntry): void {
    this.findings.push(locate(finding, { ...entry.where, field: entry.key }));
  }
}

function hasType<T>(entry: NvsEntry, kind: Kind<T>): entry is NvsEntry & FactoryNvsValue {
  return entry.type === kind.nvs;
}
