/**
 * The CSV of nvs_partition_gen: ESP-IDF, docs/en/api-reference/storage/nvs_partition_gen.rst, "CSV File Format".
 */
import { FactoryError, type Finding, type Where, within } from '../errors/factory-error';
import { firstFindings } from '../errors/limit';
import { nvsErrors } from '../errors/nvs';
import { type CsvRow, eachCsvRow } from './csv-rows';
import { parseCsvValue } from './csv-value';
import type { NvsItem, NvsValue } from './values';
import { checkWifiKeys, WifiKeys, withoutGivenTwice } from './wifi-keys';

/** One file: its text or bytes, and its name in errors. */
export interface NvsCsvInput {
  readonly text: string | Uint8Array;
  readonly file?: string;
}

export interface NvsCsvOptions {
  /** Reads the file that a row of type `file` names; `where` is the source location of the row. */
  readonly readFile?: (name: string, where: Where) => Uint8Array;
  /** Adds the keys that nvs_partition_gen adds to Wi-Fi credentials (sta.ssid, sta.pswd, ap.*). Default false. */
  readonly wifiKeys?: boolean;
}

/**
 * NVS items of one CSV or of several in sequence (the namespace carries over), each with its file and line.
 * Differences from nvs_partition_gen: rows for sta.ssid and ap.* are added only with `wifiKeys`, `#` inside quotes is text, and values
 * that it truncates or guesses are rejected. Errors, all at once: nvs.csv-*, nvs.namespace-missing,
 * nvs.value-not-integer, nvs.string-not-text, and what `readFile` throws as a FactoryError.
 */
export function parseNvsCsv(
  input: string | Uint8Array | NvsCsvInput | readonly NvsCsvInput[],
  options: NvsCsvOptions = {},
): NvsItem[] {
  const items: NvsItem[] = [];
  const findings: Finding[] = [];
  const collect = (work: () => void) => {
    try {
      work();
    } catch (error) {
      if (!(error instanceof FactoryError)) throw error;
      findings.push(...error.findings);
    }
  };
  const wifi = options.wifiKeys === true ? new WifiKeys() : undefined;
  const added = new Set<NvsItem>();
  let namespace = '';
  for (const { text, file } of toInputs(input)) {
    collect(() =>
      eachCsvRow(text, file, (row) =>
        collect(() => {
          if (row.type === 'namespace') namespace = row.key;
          const item = toItem(row, namespace, options);
          if (wifi === undefined) items.push(item);
          else {
            for (const one of wifi.expand(item, row.type === 'data' ? row.value : undefined)) {
              if (one !== item) added.add(one);
              items.push(one);
            }
          }
        }),
      ),
    );
  }
  if (findings.length > 0) throw new FactoryError(firstFindings(withoutRepeats(findings)));
  return added.size === 0 ? items : withoutGivenTwice(items, added);
}

/** Rows without a namespace are one mistake, a missing namespace row: only the first one is reported. */
function withoutRepeats(findings: readonly Finding[]): Finding[] {
  const first = findings.find(({ code }) => code === 'nvs.namespace-missing');
  return findings.filter((finding) => finding.code !== 'nvs.namespace-missing' || finding === first);
}

/** Warnings about the items of a CSV that encode, but may not be what was meant: nvs.csv-wifi-keys, nvs.csv-repeat. */
export function checkCsvItems(items: readonly NvsItem[]): Finding[] {
  const repeated = items.flatMap((item) =>
    item.type === 'string' && item.value === 'REPEAT'
      ? [nvsErrors.finding('nvs.csv-repeat', { key: item.key }, item.where ?? {}, 'warning')]
      : [],
  );
  return [...checkWifiKeys(items), ...repeated];
}

function toItem(row: CsvRow, namespace: string, { readFile }: NvsCsvOptions): NvsItem {
  const { key, type, value, where, error } = row;
  if (error !== undefined) throw error;
  if (type === 'namespace') return { type, namespace: key, where };
  if (type !== 'data' && type !== 'file')
    throw nvsErrors.error('nvs.csv-type-unknown', { type: type.slice(0, 40) }, where);
  if (namespace === '') throw nvsErrors.error('nvs.namespace-missing', { key }, where);
  if (value === undefined || (type === 'file' && value === '')) {
    throw nvsErrors.error('nvs.csv-value-missing', { key }, where);
  }
  if (type === 'data') return itemOf(namespace, row, parseCsvValue(row, value));
  if (readFile === undefined) throw nvsErrors.error('nvs.csv-no-files', { key }, where);
  const content = within(where, () => readFile(value, where));
  return itemOf(namespace, row, parseCsvValue(row, content));
}

function itemOf(namespace: string, { key, where }: CsvRow, { type, value }: NvsValue): NvsItem {
  return { namespace, key, where, type, value } as NvsItem;
}

function toInputs(input: string | Uint8Array | NvsCsvInput | readonly NvsCsvInput[]): readonly NvsCsvInput[] {
  if (typeof input === 'string' || input instanceof Uint8Array) return [{ text: input }];
  return 'text' in input ? [input] : input;
}
